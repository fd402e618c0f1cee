"""What the REST API answers: the views of the kernel as JSON, each field named, so that these stay as they are."""

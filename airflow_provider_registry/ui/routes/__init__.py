"""The routes of the REST API, by subject: each asks who may, calls the kernel once or twice, and answers."""

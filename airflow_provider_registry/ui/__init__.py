"""The registry in Airflow's API server: a REST API, thin over the kernel. Nothing else imports it."""

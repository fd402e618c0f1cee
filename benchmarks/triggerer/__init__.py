"""A triggerer of Airflow, as large as a work wants it, with a probe in its event loop."""

"""Real Airflow in a folder of its own, for `make demo` and for the tests."""

"""Models as Airflow's assets: what Dags are scheduled on."""

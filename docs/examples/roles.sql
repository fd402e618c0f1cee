-- docs: reader
GRANT SELECT ON ALL TABLES IN SCHEMA public TO registry_reader;
-- docs: end

-- docs: worker
GRANT SELECT ON ALL TABLES IN SCHEMA public TO registry_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO registry_worker;
GRANT INSERT ON
    registry_model, registry_model_name, registry_event, registry_artifact, registry_environment, registry_version,
    registry_bytes_check, registry_metric, registry_param, registry_tag, registry_input, registry_alias,
    registry_assignment, registry_gate_report, registry_lease
    TO registry_worker;
GRANT UPDATE ON
    registry_model, registry_version, registry_bytes_check, registry_assignment, registry_lease
    TO registry_worker;
GRANT DELETE ON registry_tag, registry_lease TO registry_worker;
-- docs: end

-- docs: admin
GRANT registry_worker TO registry_admin;
GRANT INSERT, UPDATE ON registry_policy TO registry_admin;
-- docs: end

-- docs: eraser
GRANT registry_worker TO registry_eraser;
GRANT UPDATE (private, private_key) ON registry_event TO registry_eraser;
-- docs: end

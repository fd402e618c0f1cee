-- The roles of a model registry in PostgreSQL; airflow model-registry db grants prints this.
-- Run it as a superuser, or as an owner of the tables who may create roles; again after each migration.
-- Then let your own users be one of them: GRANT registry_worker TO airflow_worker;

BEGIN;

DO $$ BEGIN CREATE ROLE registry_reader NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;

DO $$ BEGIN CREATE ROLE registry_worker NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;

DO $$ BEGIN CREATE ROLE registry_approver NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;

DO $$ BEGIN CREATE ROLE registry_admin NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;

REVOKE ALL ON 
    public.registry_alembic_version,
    public.registry_alias,
    public.registry_artifact,
    public.registry_assignment,
    public.registry_bytes_check,
    public.registry_card,
    public.registry_check,
    public.registry_decision,
    public.registry_deployment,
    public.registry_environment,
    public.registry_event,
    public.registry_feedback,
    public.registry_gate_report,
    public.registry_identity,
    public.registry_input,
    public.registry_lease,
    public.registry_metric,
    public.registry_metric_batch,
    public.registry_metric_point,
    public.registry_metric_series,
    public.registry_model,
    public.registry_model_name,
    public.registry_override,
    public.registry_param,
    public.registry_policy,
    public.registry_profile,
    public.registry_reader,
    public.registry_request,
    public.registry_review,
    public.registry_route,
    public.registry_scan,
    public.registry_signature,
    public.registry_tag,
    public.registry_version,
    public.registry_webhook,
    public.registry_webhook_attempt,
    public.registry_webhook_queue
    FROM registry_reader, registry_worker, registry_approver, registry_admin;

REVOKE ALL ON SEQUENCE 
    public.registry_alias_id_seq,
    public.registry_assignment_id_seq,
    public.registry_decision_id_seq,
    public.registry_event_id_seq,
    public.registry_gate_report_id_seq,
    public.registry_identity_id_seq,
    public.registry_metric_batch_id_seq,
    public.registry_metric_series_id_seq,
    public.registry_model_id_seq,
    public.registry_policy_id_seq,
    public.registry_version_id_seq,
    public.registry_webhook_id_seq
    FROM registry_reader, registry_worker, registry_approver, registry_admin;

GRANT USAGE ON SCHEMA public TO registry_reader;

GRANT SELECT ON 
    public.registry_alembic_version,
    public.registry_alias,
    public.registry_artifact,
    public.registry_assignment,
    public.registry_bytes_check,
    public.registry_card,
    public.registry_check,
    public.registry_decision,
    public.registry_deployment,
    public.registry_environment,
    public.registry_event,
    public.registry_feedback,
    public.registry_gate_report,
    public.registry_identity,
    public.registry_input,
    public.registry_lease,
    public.registry_metric,
    public.registry_metric_batch,
    public.registry_metric_point,
    public.registry_metric_series,
    public.registry_model,
    public.registry_model_name,
    public.registry_override,
    public.registry_param,
    public.registry_policy,
    public.registry_profile,
    public.registry_reader,
    public.registry_request,
    public.registry_review,
    public.registry_route,
    public.registry_scan,
    public.registry_signature,
    public.registry_tag,
    public.registry_version,
    public.registry_webhook,
    public.registry_webhook_attempt,
    public.registry_webhook_queue
    TO registry_reader;

GRANT registry_reader TO registry_worker;

GRANT INSERT ON 
    public.registry_alias,
    public.registry_artifact,
    public.registry_assignment,
    public.registry_bytes_check,
    public.registry_card,
    public.registry_check,
    public.registry_deployment,
    public.registry_environment,
    public.registry_event,
    public.registry_feedback,
    public.registry_gate_report,
    public.registry_input,
    public.registry_lease,
    public.registry_metric,
    public.registry_metric_batch,
    public.registry_metric_point,
    public.registry_metric_series,
    public.registry_model,
    public.registry_model_name,
    public.registry_param,
    public.registry_profile,
    public.registry_reader,
    public.registry_request,
    public.registry_route,
    public.registry_scan,
    public.registry_signature,
    public.registry_tag,
    public.registry_version,
    public.registry_webhook_attempt
    TO registry_worker;

GRANT USAGE ON SEQUENCE 
    public.registry_alias_id_seq,
    public.registry_assignment_id_seq,
    public.registry_event_id_seq,
    public.registry_gate_report_id_seq,
    public.registry_metric_batch_id_seq,
    public.registry_metric_series_id_seq,
    public.registry_model_id_seq,
    public.registry_version_id_seq
    TO registry_worker;

GRANT DELETE ON 
    public.registry_lease,
    public.registry_metric_batch,
    public.registry_metric_point,
    public.registry_tag,
    public.registry_webhook_attempt
    TO registry_worker;

GRANT UPDATE (to_at, ended_by_event) ON public.registry_assignment TO registry_worker;

GRANT UPDATE (checked_at) ON public.registry_bytes_check TO registry_worker;

GRANT UPDATE (to_at, ended_by_event) ON public.registry_deployment TO registry_worker;

GRANT UPDATE (expires_at) ON public.registry_lease TO registry_worker;

GRANT UPDATE (loaded_at, digest, points, first_at, last_at, event_id) ON public.registry_metric_batch TO registry_worker;

GRANT UPDATE (last_version, pending_requests, head_seq, head_hash, head_at) ON public.registry_model TO registry_worker;

GRANT UPDATE (seq, moved_at) ON public.registry_reader TO registry_worker;

GRANT UPDATE (state, ended_at, ended_by_event) ON public.registry_request TO registry_worker;

GRANT UPDATE (to_at, ended_by_event) ON public.registry_route TO registry_worker;

GRANT UPDATE (description, archived_at, purged_at) ON public.registry_version TO registry_worker;

GRANT UPDATE (failures, failing_since, next_at, lease, leased_until) ON public.registry_webhook_queue TO registry_worker;

GRANT registry_worker TO registry_approver;

GRANT INSERT ON 
    public.registry_decision,
    public.registry_override,
    public.registry_review
    TO registry_approver;

GRANT USAGE ON SEQUENCE public.registry_decision_id_seq TO registry_approver;

GRANT registry_approver TO registry_admin;

GRANT INSERT ON 
    public.registry_policy,
    public.registry_webhook,
    public.registry_webhook_queue
    TO registry_admin;

GRANT USAGE ON SEQUENCE 
    public.registry_policy_id_seq,
    public.registry_webhook_id_seq
    TO registry_admin;

GRANT UPDATE (text, front_matter, sections, digest) ON public.registry_card TO registry_admin;

GRANT UPDATE (evidence, digest) ON public.registry_check TO registry_admin;

GRANT UPDATE (url) ON public.registry_deployment TO registry_admin;

GRANT UPDATE (private, private_key) ON public.registry_event TO registry_admin;

GRANT UPDATE (subject, source, text, private_key) ON public.registry_feedback TO registry_admin;

GRANT UPDATE (name, team, description, metadata_schema, retention, created_by) ON public.registry_model TO registry_admin;

GRANT UPDATE (to_at) ON public.registry_policy TO registry_admin;

GRANT UPDATE (body, digest) ON public.registry_profile TO registry_admin;

GRANT UPDATE (subject, bundle) ON public.registry_signature TO registry_admin;

GRANT UPDATE (created_by) ON public.registry_version TO registry_admin;

GRANT UPDATE (to_at) ON public.registry_webhook TO registry_admin;

COMMIT;

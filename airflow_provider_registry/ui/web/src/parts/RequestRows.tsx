// Promotion requests in a list.
import type { PromotionRequest } from "../api";
import { Rows, State, To, VersionLink } from "./basics";
import { moment } from "./words";

export function RequestRows({ requests }: { requests: readonly PromotionRequest[] }) {
  return (
    <Rows
      columns={[
        { key: "id", title: "Request", cell: (row) => <To model={row.model_name} request={String(row.request_id)}>{row.request_id}</To> },
        { key: "state", title: "State", cell: (row) => <State said={row.state} /> },
        { key: "model", title: "Model", cell: (row) => <To model={row.model_name}>{row.model_name}</To> },
        { key: "version", title: "Wants", cell: (row) => <><VersionLink model={row.model_name} version={row.version} /> as {row.alias}</> },
        { key: "missing", title: "Missing", cell: (row) => missing(row) },
        { key: "by", title: "Asked by", cell: (row) => row.requested_by },
        { key: "at", title: "When", cell: (row) => moment(row.requested_at) },
      ]}
      identify={(row) => row.request_id}
      name="Promotion requests"
      rows={requests}
    />
  );
}

/** Whose approval is missing: `1 of ml-lead`. */
export function missing(request: PromotionRequest): string {
  return Object.entries(request.missing)
    .map(([role, count]) => `${count} of ${role}`)
    .join(", ");
}

// Promotion requests in a list.
import { Text } from "@chakra-ui/react";

import type { PromotionRequest } from "../api";
import { State, To, VersionLink } from "./basics";
import { type Column, Rows } from "./Rows";
import { moment } from "./words";

export function RequestRows({ requests }: { requests: readonly PromotionRequest[] }) {
  return <Rows columns={COLUMNS} identify={(row) => row.request_id} name="Promotion requests" rows={requests} />;
}

const COLUMNS: readonly Column<PromotionRequest>[] = [
  { key: "id", title: "Request", cell: (row) => <To model={row.model_name} request={String(row.request_id)}>{row.request_id}</To> },
  { key: "state", title: "State", cell: (row) => <State said={row.state} /> },
  { key: "model", title: "Model", cell: (row) => <To model={row.model_name}>{row.model_name}</To> },
  { key: "version", title: "Wants", cell: (row) => <><VersionLink model={row.model_name} version={row.version} /> as {row.alias}</> },
  { key: "missing", title: "Missing", cell: (row) => missing(row) },
  { key: "you", title: "You", long: true, cell: (row) => <You request={row} /> },
  { key: "by", title: "Asked by", cell: (row) => row.requested_by },
  { key: "at", title: "When", cell: (row) => <Text whiteSpace="nowrap">{moment(row.requested_at)}</Text> },
];

/** In which roles the user may decide, or why not. */
function You({ request }: { request: PromotionRequest }) {
  const standing = request.standing;
  if (!standing) return null;
  if (standing.roles.length) return <>may decide as {standing.roles.join(", ")}</>;
  return <Text color="fg.muted">{standing.refusal}</Text>;
}

/** Whose approval is missing: `1 of ml-lead`. */
export function missing(request: PromotionRequest): string {
  return Object.entries(request.missing)
    .map(([role, count]) => `${count} of ${role}`)
    .join(", ");
}

/** Whether an approval is missing that the user could give, by Airflow's rights too. */
export function waitsForMe(request: PromotionRequest, rights: readonly string[]): boolean {
  return rights.includes("decide") && request.standing?.waits === true;
}

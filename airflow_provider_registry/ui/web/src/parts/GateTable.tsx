// What the gates said, each with its numbers.
import type { GateReport } from "../api";
import { State } from "./basics";
import { Rows } from "./Rows";
import { change, number } from "./words";

const shown = (value: number | null) => (value === null ? "" : number(value));

export function GateTable({ report }: { report: GateReport }) {
  return (
    <Rows
      columns={[
        { key: "verdict", title: "Verdict", cell: (row) => <State said={row.verdict} /> },
        { key: "gate", title: "Gate", cell: (row) => row.gate },
        { key: "candidate", title: "Candidate", numeric: true, cell: (row) => shown(row.candidate_value) },
        { key: "baseline", title: "Baseline", numeric: true, cell: (row) => shown(row.baseline_value) },
        { key: "bound", title: "Bound", numeric: true, cell: (row) => shown(row.bound) },
        { key: "change", title: "Better by", numeric: true, cell: (row) => (row.change === null ? "" : change(row.change)) },
        { key: "reason", title: "Reason", long: true, cell: (row) => row.reason },
      ]}
      identify={(row) => row.gate}
      name="Gates"
      rows={report.results}
    />
  );
}

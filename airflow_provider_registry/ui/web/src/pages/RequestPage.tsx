// A promotion request: what is asked, the candidate beside the baseline, what the gates said, and the person's word.
import { Badge, Box, Button, Field, Heading, NativeSelect, Text, Textarea, VisuallyHidden } from "@chakra-ui/react";
import { useState } from "react";

import { usePlace } from "../address";
import { asProblem, type Comparison, type DetailedModel, type GateReport, type Me, post, type Problem, type PromotionRequest, useAnswer } from "../api";
import { Answered, Facts, Failed, Nothing, Section, State, To, VersionLink } from "../parts/basics";
import { Rows } from "../parts/Rows";
import { betterOf, Change } from "../parts/Change";
import { GateTable } from "../parts/GateTable";
import { missing } from "../parts/RequestRows";
import { moment, told } from "../parts/words";

export function RequestPage({ id, rights }: { id: string; rights: Me["rights"] }) {
  const [{ registry }] = usePlace();
  const asked = useAnswer<PromotionRequest>(`requests/${encodeURIComponent(id)}`, { registry });
  return (
    <Answered asked={asked}>
      {(request) => (
        <>
          <Heading as="h1" size="xl" wordBreak="break-word">
            Version {request.version} of {request.model_name} wants to be {request.alias}{" "}
            <State said={request.state} />
          </Heading>
          <Facts
            facts={[
              ["Asked by", `${request.requested_by}, ${moment(request.requested_at)}`],
              ["Why", request.reason],
              ["Candidate", <VersionLink model={request.model_name} version={request.version} />],
              ["Baseline", request.baseline_version === null ? "none: nothing held the alias before" : <VersionLink model={request.model_name} version={request.baseline_version} />],
              ["Approvals missing", missing(request)],
              ["Until", moment(request.expires_at)],
              ["Ended", request.ended_at && `${moment(request.ended_at)}: ${request.ended_why}`],
            ]}
          />
          {request.is_pending && <Decide again={asked.again} request={request} rights={rights} />}
          <Decisions request={request} />
          <Beside request={request} />
          <Report request={request} />
        </>
      )}
    </Answered>
  );
}

function Decide({ request, rights, again }: { request: PromotionRequest; rights: Me["rights"]; again: () => void }) {
  const [{ registry }] = usePlace();
  const [comment, setComment] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState("");
  const roles = request.standing?.roles ?? [];
  const [role, setRole] = useState(roles[0]);
  if (!rights.includes("decide")) {
    return <Nothing>You may read this, and not decide: your role in Airflow has no right to change assets.</Nothing>;
  }
  const act = async (name: string, route: string, body: object) => {
    setBusy(name);
    setProblem(undefined);
    try {
      await post(`requests/${request.request_id}/${route}`, { registry }, body);
      again();
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy("");
  };
  const decide = (verdict: string) => void act(verdict, "decisions", { verdict, comment, role, report: request.report_digest });
  return (
    <Section title="Your decision">
      {roles.length === 0 && <Text mb={2}>{request.standing?.refusal}</Text>}
      {roles.length > 1 && (
        <NativeSelect.Root maxW="18rem" mb={2} size="sm">
          <NativeSelect.Field aria-label="In the role" onChange={(event) => setRole(event.currentTarget.value)} value={role}>
            {roles.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      )}
      <Field.Root maxW="40rem">
        <Field.Label>Comment</Field.Label>
        <Textarea onChange={(event) => setComment(event.currentTarget.value)} placeholder="For those who read the record later" rows={2} value={comment} />
      </Field.Root>
      <Box display="flex" flexWrap="wrap" gap={2} mt={2}>
        {roles.length > 0 && (
          <>
            <Button colorPalette="green" loading={busy === "approve"} onClick={() => decide("approve")} size="sm">
              Approve
            </Button>
            <Button colorPalette="red" disabled={!comment.trim()} loading={busy === "reject"} onClick={() => decide("reject")} size="sm">
              Reject
            </Button>
          </>
        )}
        <Button disabled={!comment.trim()} loading={busy === "withdraw"} onClick={() => void act("withdraw", "withdrawal", { reason: comment })} size="sm" variant="outline">
          Withdraw
        </Button>
      </Box>
      <Text color="fg.muted" fontSize="sm" mt={1}>
        {roles.length > 0 ? `You decide as ${role}. Rejecting and withdrawing end the request, and need a comment.` : "Withdrawing ends the request, and needs a comment."}
      </Text>
      {problem && <Failed problem={problem} />}
    </Section>
  );
}

function Decisions({ request }: { request: PromotionRequest }) {
  if (request.decisions.length === 0) return null;
  return (
    <Section title="Decided">
      <Rows
        columns={[
          { key: "verdict", title: "Verdict", cell: (row) => <><State said={row.verdict === "approve" ? "approved" : "rejected"} /> {!row.counts && <Badge>does not count any more</Badge>}</> },
          { key: "by", title: "By", cell: (row) => <>{row.by} {!row.authenticated && <Badge>claimed</Badge>}</> },
          { key: "role", title: "Role", cell: (row) => row.role },
          { key: "comment", title: "Comment", long: true, cell: (row) => row.comment },
          { key: "at", title: "When", cell: (row) => moment(row.at) },
        ]}
        identify={(row) => row.event}
        name="Decisions"
        rows={request.decisions}
      />
    </Section>
  );
}

/** The candidate beside the baseline: metrics and inputs that differ. */
function Beside({ request }: { request: PromotionRequest }) {
  const [{ registry }] = usePlace();
  const name = (version: number) => `models:/${request.model_name}/${version}`;
  const baseline = request.baseline_version;
  const asked = useAnswer<Comparison>(baseline === null ? null : "comparison", {
    registry,
    first: baseline === null ? "" : name(baseline),
    second: name(request.version),
  });
  const about = useAnswer<DetailedModel>("model", { registry, name: request.model_name });
  const better = betterOf(about.data);
  if (baseline === null) return null;
  return (
    <Answered asked={asked}>
      {(found) => (
        <Section
          aside={
            <To compare={String(baseline)} model={request.model_name} version={String(request.version)}>
              everything
            </To>
          }
          title="Beside what held it last"
        >
          <Rows
            columns={[
              { key: "name", title: <VisuallyHidden>What is compared</VisuallyHidden>, cell: (row) => row.name },
              { key: "first", title: "Baseline", numeric: true, cell: (row) => told(row.first) },
              { key: "second", title: "Candidate", numeric: true, cell: (row) => told(row.second) },
              { key: "change", title: "Change", numeric: true, cell: (row) => <Change better={better} row={row} /> },
            ]}
            identify={(row) => `${row.aspect} ${row.name}`}
            name="Candidate beside baseline"
            rows={found.rows.filter((row) => row.aspect === "metric" || (row.aspect === "input" && !row.equal))}
          />
        </Section>
      )}
    </Answered>
  );
}

function Report({ request }: { request: PromotionRequest }) {
  const [{ registry }] = usePlace();
  const asked = useAnswer<GateReport[]>("version/gate-reports", {
    registry,
    reference: `models:/${request.model_name}/${request.version}`,
    alias: request.alias,
    before: request.report_id + 1,
    limit: 1,
  });
  return (
    <Answered asked={asked}>
      {(reports) => {
        const report = reports.find((one) => one.report_id === request.report_id);
        return <Section title="Gates">{report ? <GateTable report={report} /> : <Nothing>There is no report.</Nothing>}</Section>;
      }}
    </Answered>
  );
}

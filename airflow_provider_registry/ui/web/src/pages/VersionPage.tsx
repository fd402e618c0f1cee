// A version: all that is known of it, and how it gets on.
import { Badge, Box, Button, Code, Heading, Link, Text } from "@chakra-ui/react";
import { useState } from "react";

import { usePlace } from "../address";
import {
  asProblem,
  type DetailedModel,
  type DetailedVersion,
  type Files,
  type GateReport,
  type Paged,
  post,
  type Problem,
  type PromotionRequest,
  useAnswer,
  usePages,
  type Version,
} from "../api";
import { Aliases, Answered, Facts, Failed, Fold, Json, Nothing, Prose, Section, State, To } from "../parts/basics";
import { GateTable } from "../parts/GateTable";
import { OverTime } from "../parts/OverTime";
import { EventList } from "../parts/Record";
import { RequestRows } from "../parts/RequestRows";
import { More, Rows } from "../parts/Rows";
import { moment, number, size } from "../parts/words";

export function VersionPage({ model, version, rights }: { model: string; version: string; rights: readonly string[] }) {
  const [{ registry }] = usePlace();
  const reference = `models:/${model}/${version}`;
  const asked = useAnswer<DetailedVersion>("version", { registry, reference });
  const about = useAnswer<DetailedModel>("model", { registry, name: model });
  return (
    <Answered asked={asked}>
      {(found) => (
        <>
          <Heading as="h1" size="xl" wordBreak="break-word">
            {found.model_name}, version {found.version}{" "}
            <Aliases size="md" version={found} />
          </Heading>
          <Prose html={found.description_html} />
          {about.data && (
            <>
              <Compare model={about.data} version={found} />
              {rights.includes("administer") && <Promote again={() => { asked.again(); about.again(); }} model={about.data} version={found} />}
            </>
          )}
          <Metrics version={found} />
          <OverTime model={found.model_name} version={found.version} />
          <Reports reference={reference} />
          <Requests version={found} />
          <Section title="What it is">
            <Facts
              facts={[
                ["Digest", <Code wordBreak="break-all">{found.digest}</Code>],
                ["Where the bytes lie", <Code wordBreak="break-all">{found.uri}</Code>],
                ["Size", `${size(found.size)} in ${found.file_count} ${found.file_count === 1 ? "file" : "files"}`],
                ["Registered", `${moment(found.created_at)} by ${found.created_by}`],
                ["Archived", moment(found.archived_at)],
                ["Bytes removed", moment(found.purged_at)],
                ["Training took", found.training_duration === null ? "" : `${number(found.training_duration)} s`],
                ["Code", found.code_revision],
                ["Takes the place of", found.supersedes === null ? "" : <To model={model} version={String(found.supersedes)}>version {found.supersedes}</To>],
                ["Tags", Object.entries(found.tags).map(([key, value]) => <Badge key={key} mr={1}>{key}: {value}</Badge>)],
              ]}
            />
          </Section>
          <Made version={found} />
          <Inputs version={found} />
          <Params version={found} />
          <Metadata version={found} />
          <FileRows reference={reference} />
          <Environment reference={reference} />
          <Section title="What happened to it">
            <EventList model={found.model_name} version={found.version} />
          </Section>
        </>
      )}
    </Answered>
  );
}

function Compare({ model, version }: { model: DetailedModel; version: Version }) {
  const others = (model.holders ?? []).filter((one) => one.version !== version.version);
  if (others.length === 0) return null;
  return (
    <Text>
      Compare with{" "}
      {others.map((one, place) => (
        <span key={one.alias}>
          {place > 0 && ", "}
          <To compare={String(one.version)} model={model.name} version={String(version.version)}>
            {one.alias} (version {one.version})
          </To>
        </span>
      ))}
      .
    </Text>
  );
}

function Promote({ model, version, again }: { model: DetailedModel; version: Version; again: () => void }) {
  const [{ registry }, go] = usePlace();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState("");
  const aliases = [...new Set([...Object.keys(model.policies), ...Object.keys(model.aliases)])].filter((alias) => !version.aliases.includes(alias));
  const act = async (alias: string) => {
    setBusy(alias);
    setProblem(undefined);
    const wanted = { reference: version.reference, alias };
    try {
      await post("promotions", { registry }, wanted);
      again();
    } catch (error) {
      const said = asProblem(error);
      if (said.kind === "urn:model-registry:ApprovalNeededError") await open(wanted).catch((failed) => setProblem(asProblem(failed)));
      else setProblem(said);
    }
    setBusy("");
  };
  const open = async (wanted: { reference: string; alias: string }) => {
    const request = await post<PromotionRequest>("requests", { registry }, wanted);
    go({ model: model.name, request: String(request.request_id) });
  };
  if (aliases.length === 0 || version.archived_at) return null;
  return (
    <Box my={3}>
      <Box display="flex" flexWrap="wrap" gap={2}>
        {aliases.map((alias) => (
          <Button key={alias} loading={busy === alias} onClick={() => void act(alias)} size="sm" variant="outline">
            Promote to {alias}
          </Button>
        ))}
      </Box>
      {problem && <Failed problem={problem} />}
    </Box>
  );
}

function Metrics({ version }: { version: Version }) {
  if (version.metrics.length === 0) return null;
  return (
    <Section title="Metrics">
      <Rows
        columns={[
          { key: "name", title: "Metric", cell: (row) => row.name },
          { key: "value", title: "Value", numeric: true, cell: (row) => number(row.value) },
          { key: "phase", title: "Phase", cell: (row) => row.phase },
          { key: "dataset", title: "Dataset", cell: (row) => row.dataset },
          { key: "slice", title: "Slice", cell: (row) => row.slice },
        ]}
        identify={(row) => `${row.phase} ${row.name} ${row.dataset} ${row.slice}`}
        name="Metrics"
        rows={version.metrics}
      />
    </Section>
  );
}

function Reports({ reference }: { reference: string }) {
  const [{ registry }] = usePlace();
  const asked = useAnswer<GateReport[]>("version/gate-reports", { registry, reference });
  return (
    <Answered asked={asked}>
      {(reports) => (
        <>
          {[...reports].reverse().map((report, place) => (
            <Section
              aside={<><State said={report.passed ? "passed" : report.errored ? "errored" : "failed"} /> <Text color="fg.muted">{moment(report.created_at)}</Text></>}
              key={report.report_id}
              title={`Gates of ${report.alias}${place === 0 ? "" : ", earlier"}`}
            >
              <GateTable report={report} />
            </Section>
          ))}
        </>
      )}
    </Answered>
  );
}

function Made({ version }: { version: Version }) {
  const made = version.producer;
  if (!made?.dag_id) return null;
  const dag = `dags/${encodeURIComponent(made.dag_id)}`;
  const run = made.run_id ? `${dag}/runs/${encodeURIComponent(made.run_id)}` : "";
  const task = run && made.task_id ? `${run}/tasks/${encodeURIComponent(made.task_id)}${made.map_index >= 0 ? `/mapped/${made.map_index}` : ""}` : "";
  return (
    <Section title="What made it">
      <Facts
        facts={[
          ["Dag", <Link href={dag}>{made.dag_id}</Link>],
          ["Run", run && <Link href={run}>{made.run_id}</Link>],
          ["Task, and its logs", task && <Link href={task}>{made.task_id}{made.map_index >= 0 ? ` [${made.map_index}]` : ""}, try {made.try_number}</Link>],
          ["Airflow", made.instance_id],
          ["Data", made.data_interval_start && `${moment(made.data_interval_start)} to ${moment(made.data_interval_end)}`],
          ["Kind of run", made.run_type],
        ]}
      />
    </Section>
  );
}

function Inputs({ version }: { version: Version }) {
  return (
    <Section title="Inputs">
      {version.inputs.length === 0 ? (
        <Nothing>None were named.</Nothing>
      ) : (
        <Rows
          columns={[
            { key: "name", title: "Dataset", cell: (row) => row.name },
            { key: "uri", title: "URI", cell: (row) => row.uri },
            { key: "digest", title: "Digest", cell: (row) => <Text wordBreak="break-all">{row.digest}</Text> },
            { key: "rows", title: "Rows", numeric: true, cell: (row) => (row.rows === null ? "" : number(row.rows)) },
          ]}
          identify={(row) => `${row.name} ${row.uri} ${row.digest}`}
          name="Inputs"
          rows={version.inputs}
        />
      )}
    </Section>
  );
}

function Params({ version }: { version: Version }) {
  const params = Object.entries(version.params);
  if (params.length === 0) return null;
  return (
    <Section title="Parameters">
      <Facts facts={params.map(([name, value]) => [name, value] as const)} />
    </Section>
  );
}

function Metadata({ version }: { version: Version }) {
  if (Object.keys(version.metadata).length === 0) return null;
  return (
    <Section title="Metadata">
      <Json value={version.metadata} />
    </Section>
  );
}

function Requests({ version }: { version: Version }) {
  const [{ registry }] = usePlace();
  const asked = useAnswer<PromotionRequest[]>("requests", { registry, model: version.model_name, version: version.version });
  return (
    <Answered asked={asked}>
      {(found) =>
        found.length > 0 && (
          <Section title="Requests">
            <RequestRows requests={found} />
          </Section>
        )
      }
    </Answered>
  );
}

type File = Files["files"][number];

function FileRows({ reference }: { reference: string }) {
  const [{ registry }] = usePlace();
  const found: Paged<File> = usePages("version/files", { registry, reference }, (page: Files) => [
    page.files,
    page.next === null ? null : { first: page.next },
  ]);
  return (
    <Section title="Files">
      {found.pages.length > 0 && (
        <Rows
          columns={FILE_COLUMNS}
          identify={(row) => row.path}
          name="Files"
          pages={found.pages}
        />
      )}
      <More of={found} what="files" />
    </Section>
  );
}

const FILE_COLUMNS = [
  { key: "path", title: "Path", cell: (row: File) => <Text wordBreak="break-all">{row.path}</Text> },
  { key: "size", title: "Size", numeric: true, cell: (row: File) => <Text whiteSpace="nowrap">{size(row.size)}</Text> },
  { key: "sha256", title: "SHA-256", cell: (row: File) => <Code fontSize="xs">{row.sha256}</Code> },
];

interface Captured {
  readonly distributions?: readonly { readonly name: string; readonly version: string }[];
}

function Environment({ reference }: { reference: string }) {
  const [{ registry }] = usePlace();
  const asked = useAnswer<Captured | null>("version/environment", { registry, reference });
  return (
    <Section title="Environment">
      <Answered asked={asked}>{(found) => (found === null ? <Nothing>It was not captured.</Nothing> : <Captured environment={found} />)}</Answered>
    </Section>
  );
}

function Captured({ environment }: { environment: Captured }) {
  const { distributions, ...rest } = environment;
  const each = distributions ?? [];
  return (
    <>
      <Facts facts={Object.entries(rest).map(([name, value]) => [name, typeof value === "object" && value ? Object.values(value).join(", ") : String(value)])} />
      {each.length > 0 && (
        <Fold title={`${each.length} distributions`}>
          <Rows
            columns={[
              { key: "name", title: "Distribution", cell: (row) => row.name },
              { key: "version", title: "Version", cell: (row) => row.version },
            ]}
            identify={(row) => row.name}
            name="Distributions"
            rows={each}
          />
        </Fold>
      )}
    </>
  );
}

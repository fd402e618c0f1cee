// A tab of a Dag run: the versions that it made, and those that started it.
import { Box, Link } from "@chakra-ui/react";

import { type Me, useAirflow, useAnswer, type VersionPage } from "../api";
import { Answered, Nothing, Section } from "../parts/basics";
import { Rows } from "../parts/Rows";
import { href } from "../address";
import { moment, number, where } from "../parts/words";

const quoted = (text: string) => `'${text.replace(/'/g, "''")}'`;

export function RunTab({ dagId, runId }: { dagId?: string; runId?: string }) {
  const me = useAnswer<Me>("me");
  if (!dagId || !runId) return null;
  return (
    <Box p={4}>
      <Answered asked={me}>
        {(found) => (
          <>
            <Used dagId={dagId} runId={runId} />
            {found.registries.map((registry) => <Made dagId={dagId} key={registry} registry={registry} runId={runId} />)}
          </>
        )}
      </Answered>
    </Box>
  );
}

function Made({ dagId, runId, registry }: { dagId: string; runId: string; registry: string }) {
  const filter = `dag_id = ${quoted(dagId)} and run_id = ${quoted(runId)}`;
  const asked = useAnswer<VersionPage>("versions", { registry, filter, page_size: 200 });
  return (
    <Section title={`Versions that this run registered in ${registry}`}>
      <Answered asked={asked}>
        {(page) =>
          page.versions.length === 0 ? (
            <Nothing>None.</Nothing>
          ) : (
            <Rows
              columns={[
                {
                  key: "version",
                  title: "Version",
                  cell: (row) => <Link color="fg.info" textDecoration="underline" href={href(registry, { model: row.model_name, version: String(row.version) })}>{row.model_name} {row.version}</Link>,
                },
                { key: "aliases", title: "Aliases", cell: (row) => row.aliases.join(", ") },
                { key: "metrics", title: "Metrics", cell: (row) => row.metrics.map((one) => `${where(one)} ${number(one.value)}`).join(", ") },
                { key: "task", title: "Task", cell: (row) => row.producer?.task_id },
                { key: "at", title: "Registered", cell: (row) => moment(row.created_at) },
              ]}
              identify={(row) => row.reference}
              name="Versions"
              rows={page.versions}
            />
          )
        }
      </Answered>
    </Section>
  );
}

interface Given {
  readonly registry: string;
  readonly model: string;
  readonly version: number;
  readonly alias?: string | null;
  readonly at: string;
}

/** The versions that Airflow handed to the run, by the asset events that started it. */
function Used({ dagId, runId }: { dagId: string; runId: string }) {
  const asked = useAirflow<{ asset_events: readonly AssetEvent[] }>(
    `dags/${encodeURIComponent(dagId)}/dagRuns/${encodeURIComponent(runId)}/upstreamAssetEvents`,
  );
  const given = (asked?.asset_events ?? []).flatMap(versionOf);
  if (given.length === 0) return null;
  return (
    <Section title="Versions that started this run">
      <Rows
        columns={[
          {
            key: "version",
            title: "Version",
            cell: (row) => <Link color="fg.info" textDecoration="underline" href={href(row.registry, { model: row.model, version: String(row.version) })}>{row.model} {row.version}</Link>,
          },
          { key: "alias", title: "As", cell: (row) => row.alias },
          { key: "registry", title: "Registry", cell: (row) => row.registry },
          { key: "at", title: "When", cell: (row) => moment(row.at) },
        ]}
        identify={(row) => `${row.registry} ${row.model} ${row.version} ${row.at}`}
        name="Versions that started this run"
        rows={given}
      />
    </Section>
  );
}

interface AssetEvent {
  readonly uri?: string;
  readonly timestamp: string;
  readonly extra?: Readonly<Record<string, unknown>> | null;
}

function versionOf(event: AssetEvent): Given[] {
  const uri = /^model-registry:\/\/([^/]+)\//.exec(event.uri ?? "");
  const payload = event.extra?.payload;
  const said = (typeof payload === "object" && payload !== null ? payload : event.extra) as Readonly<Record<string, unknown>> | null | undefined;
  if (!uri?.[1] || typeof said?.model_name !== "string" || typeof said.version !== "number") return [];
  const alias = typeof said.alias === "string" ? said.alias : null;
  return [{ registry: decodeURIComponent(uri[1]), model: said.model_name, version: said.version, alias, at: event.timestamp }];
}

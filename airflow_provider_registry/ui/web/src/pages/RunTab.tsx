// A tab of a Dag run: the versions that it made.
import { Box } from "@chakra-ui/react";

import { type Me, useAnswer, type VersionPage } from "../api";
import { Answered, Nothing, Rows, Section } from "../parts/basics";
import { href } from "../address";
import { moment, number, where } from "../parts/words";

const quoted = (text: string) => `'${text.replace(/'/g, "''")}'`;

export function RunTab({ dagId, runId }: { dagId?: string; runId?: string }) {
  const me = useAnswer<Me>("me");
  if (!dagId || !runId) return null;
  return (
    <Box p={4}>
      <Answered asked={me}>
        {(found) => found.registries.map((registry) => <Made dagId={dagId} key={registry} registry={registry} runId={runId} />)}
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
                  cell: (row) => <a href={href(registry, { model: row.model_name, version: String(row.version) })}>{row.model_name} {row.version}</a>,
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

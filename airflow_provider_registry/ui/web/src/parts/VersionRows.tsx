// The versions of a model, page by page, with chosen metrics as columns; two of them can be compared.
import { Box, Button, Checkbox, Text, VisuallyHidden } from "@chakra-ui/react";
import { useMemo, useState } from "react";

import { usePlace } from "../address";
import type { Metric, Paged, Version } from "../api";
import { Aliases, VersionLink } from "./basics";
import { type Column, More, Rows } from "./Rows";
import { age, number, where } from "./words";

const SHOWN = 4;

interface Given {
  model: string;
  found: Paged<Version>;
  /** In what order they come, as the filter language says it; empty for the newest first. */
  order: string;
  onOrder: (order: string) => void;
}

export function VersionRows({ model, found, order, onOrder }: Given) {
  const [, go] = usePlace();
  const metrics = useMemo(() => known(found.pages.flat()), [found.pages]);
  const [wanted, setWanted] = useState<readonly string[]>();
  const [marked, setMarked] = useState<readonly number[]>([]);
  const chosen = wanted ?? [...metrics.keys()].slice(0, SHOWN);
  const columns = useMemo(
    () => columnsOf(model, chosen, metrics, marked, setMarked, order, onOrder),
    [model, chosen.join("\n"), metrics, marked, order, onOrder],
  );
  const [first, second] = [...marked].sort((a, b) => a - b);
  return (
    <>
      <Box alignItems="center" display="flex" flexWrap="wrap" gap={3} mb={2}>
        <Button
          disabled={second === undefined}
          onClick={() => go({ model, version: String(second), compare: String(first) })}
          size="sm"
          variant="outline"
        >
          {second === undefined ? "Compare two" : `Compare ${first} and ${second}`}
        </Button>
        {metrics.size > SHOWN &&
          [...metrics.keys()].map((name) => (
            <Checkbox.Root
              checked={chosen.includes(name)}
              key={name}
              onCheckedChange={() => setWanted(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name])}
              size="sm"
            >
              <Checkbox.HiddenInput />
              <Checkbox.Control />
              <Checkbox.Label>{name}</Checkbox.Label>
            </Checkbox.Root>
          ))}
      </Box>
      <Rows columns={columns} identify={(row) => row.version} name="Versions" pages={found.pages} />
      <More of={found} what="versions" />
    </>
  );
}

/** The metrics that versions have, by what they are called. */
function known(versions: readonly Version[]): Map<string, Metric> {
  const each = versions.flatMap((version) => version.metrics).map((metric) => [where(metric), metric] as const);
  return new Map(each.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** A metric as the filter language names it. */
function field(metric: Metric): string {
  const quoted = (text: string) => `'${text.replace(/'/g, "''")}'`;
  const place = [
    `phase=${metric.phase}`,
    ...(metric.dataset ? [`dataset=${quoted(metric.dataset)}`] : []),
    ...(metric.slice ? [`slice=${quoted(metric.slice)}`] : []),
  ];
  return `metrics.\`${metric.name.replace(/`/g, "``")}\`[${place.join(", ")}]`;
}

function columnsOf(
  model: string,
  chosen: readonly string[],
  metrics: ReadonlyMap<string, Metric>,
  marked: readonly number[],
  setMarked: (to: readonly number[]) => void,
  order: string,
  onOrder: (order: string) => void,
): readonly Column<Version>[] {
  const mark = (version: number) => setMarked(marked.includes(version) ? marked.filter((one) => one !== version) : [...marked, version].slice(-2));
  const sortable = (title: string, key: string, numeric: boolean, down: string): Pick<Column<Version>, "key" | "numeric" | "sort" | "title"> => {
    const [descending, ascending] = [`${down} desc`, `${down} asc`];
    const next = order === descending ? ascending : order === ascending ? "" : descending;
    return {
      key,
      numeric,
      sort: order === descending ? "descending" : order === ascending ? "ascending" : "none",
      title: (
        <Button onClick={() => onOrder(next)} size="xs" variant="ghost">
          {title} {order === descending ? "▼" : order === ascending ? "▲" : ""}
        </Button>
      ),
    };
  };
  return [
    {
      key: "mark",
      title: <VisuallyHidden>To compare</VisuallyHidden>,
      cell: (row) => (
        <input
          aria-label={`Compare version ${row.version}`}
          checked={marked.includes(row.version)}
          onChange={() => mark(row.version)}
          type="checkbox"
        />
      ),
    },
    { ...sortable("Version", "version", false, "version"), cell: (row) => <VersionLink model={model} version={row.version} /> },
    { key: "aliases", title: "Aliases", cell: (row) => <Aliases version={row} /> },
    ...[...metrics]
      .filter(([name]) => chosen.includes(name))
      .map(([name, metric]) => ({ ...sortable(name, name, true, field(metric)), cell: (row: Version) => valueOf(row, name) })),
    { ...sortable("Registered", "age", false, "created_at"), cell: (row) => <Text whiteSpace="nowrap">{age(row.created_at)} ago</Text> },
    { key: "by", title: "By", cell: (row) => row.created_by },
  ];
}

function valueOf(version: Version, name: string): string {
  const found = version.metrics.find((metric) => where(metric) === name);
  return found === undefined ? "" : number(found.value);
}

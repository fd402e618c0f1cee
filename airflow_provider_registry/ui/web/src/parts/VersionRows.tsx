// Versions in a table, with chosen metrics as columns; two of them can be compared.
import { Badge, Box, Button, Checkbox, Text, VisuallyHidden } from "@chakra-ui/react";
import { useState } from "react";

import { usePlace } from "../address";
import type { Version } from "../api";
import { type Column, Rows, VersionLink } from "./basics";
import { age, number, where } from "./words";

const COLUMNS = 4;

export function VersionRows({ versions, model }: { versions: readonly Version[]; model: string }) {
  const [, go] = usePlace();
  const names = [...new Set(versions.flatMap((one) => one.metrics.map(where)))].sort();
  const [chosen, setChosen] = useState<readonly string[]>(names.slice(0, COLUMNS));
  const [sorted, setSorted] = useState<string>();
  const [marked, setMarked] = useState<readonly number[]>([]);
  const value = (row: Version, name: string) => row.metrics.find((metric) => where(metric) === name)?.value;
  const rows = sorted === undefined ? versions : [...versions].sort((a, b) => (value(b, sorted) ?? -Infinity) - (value(a, sorted) ?? -Infinity));
  const mark = (version: number) =>
    setMarked((before) => (before.includes(version) ? before.filter((one) => one !== version) : [...before, version].slice(-2)));
  const metrics: Column<Version>[] = chosen.map((name) => ({
    key: name,
    numeric: true,
    title: (
      <Button aria-pressed={sorted === name} onClick={() => setSorted(sorted === name ? undefined : name)} size="xs" variant="ghost">
        {name} {sorted === name ? "▼" : ""}
      </Button>
    ),
    cell: (row) => {
      const found = value(row, name);
      return found === undefined ? "" : number(found);
    },
  }));
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
        {names.length > COLUMNS &&
          names.map((name) => (
            <Checkbox.Root
              checked={chosen.includes(name)}
              key={name}
              onCheckedChange={() => setChosen((now) => (now.includes(name) ? now.filter((one) => one !== name) : [...now, name]))}
              size="sm"
            >
              <Checkbox.HiddenInput />
              <Checkbox.Control />
              <Checkbox.Label>{name}</Checkbox.Label>
            </Checkbox.Root>
          ))}
      </Box>
      <Rows
        columns={[
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
          { key: "version", title: "Version", cell: (row) => <VersionLink model={model} version={row.version} /> },
          {
            key: "aliases",
            title: "Aliases",
            cell: (row) => (
              <>
                {row.aliases.map((alias) => (
                  <Badge colorPalette="green" key={alias} mr={1}>
                    {alias}
                  </Badge>
                ))}
                {row.archived_at && <Badge>{row.purged_at ? "purged" : "archived"}</Badge>}
              </>
            ),
          },
          ...metrics,
          { key: "age", title: "Registered", cell: (row) => <Text whiteSpace="nowrap">{age(row.created_at)} ago</Text> },
          { key: "by", title: "By", cell: (row) => row.created_by },
        ]}
        identify={(row) => row.version}
        name="Versions"
        rows={rows}
      />
    </>
  );
}

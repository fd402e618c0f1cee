// Two versions side by side.
import { Checkbox, Heading, VisuallyHidden } from "@chakra-ui/react";
import { useState } from "react";

import { usePlace } from "../address";
import { type Compared, type Comparison, type DetailedModel, useAnswer } from "../api";
import { Answered, Nothing, Section, VersionLink } from "../parts/basics";
import { Rows } from "../parts/Rows";
import { type Better, betterOf, Change } from "../parts/Change";
import { told } from "../parts/words";

const ASPECTS: Record<Compared["aspect"], string> = {
  metric: "Metrics",
  param: "Parameters",
  input: "Inputs",
  metadata: "Metadata",
  producer: "What made it",
  environment: "Environment",
  artifact: "Artifact",
  file: "Files",
};

export function ComparePage({ model, first, second }: { model: string; first: string; second: string }) {
  const [{ registry }] = usePlace();
  const [different, setDifferent] = useState(true);
  const asked = useAnswer<Comparison>("comparison", {
    registry,
    first: `models:/${model}/${first}`,
    second: `models:/${model}/${second}`,
  });
  const about = useAnswer<DetailedModel>("model", { registry, name: model });
  const better = betterOf(about.data);
  return (
    <Answered asked={asked}>
      {(found) => (
        <>
          <Heading as="h1" size="xl" wordBreak="break-word">
            {model}: versions {first} and {second}
          </Heading>
          <Checkbox.Root checked={different} mt={3} onCheckedChange={(to) => setDifferent(to.checked === true)}>
            <Checkbox.HiddenInput />
            <Checkbox.Control />
            <Checkbox.Label>Only what differs</Checkbox.Label>
          </Checkbox.Root>
          {(Object.keys(ASPECTS) as Compared["aspect"][]).map((aspect) => (
            <Aspect better={better} found={found} key={aspect} rows={found.rows.filter((row) => row.aspect === aspect && !(different && row.equal))} title={ASPECTS[aspect]} />
          ))}
          {different && found.rows.every((row) => row.equal) && <Nothing>They are the same.</Nothing>}
        </>
      )}
    </Answered>
  );
}

function Aspect({ better, found, rows, title }: { better: Better; found: Comparison; rows: readonly Compared[]; title: string }) {
  if (rows.length === 0) return null;
  const of = (version: Comparison["first"]) => <VersionLink model={version.model_name} version={version.version} />;
  const numeric = rows.some((row) => row.change !== null);
  return (
    <Section title={title}>
      <Rows
        columns={[
          { key: "name", title: <VisuallyHidden>What is compared</VisuallyHidden>, cell: (row) => row.name },
          { key: "first", title: of(found.first), numeric, cell: (row) => told(row.first) },
          { key: "second", title: of(found.second), numeric, cell: (row) => told(row.second) },
          ...(numeric ? [{ key: "change", title: "Change", numeric, cell: (row: Compared) => <Change better={better} row={row} /> }] : []),
        ]}
        identify={(row) => row.name}
        name={title}
        rows={rows}
      />
    </Section>
  );
}

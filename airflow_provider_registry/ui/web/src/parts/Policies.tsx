// What a model asks: the policy of each alias, what its metadata must be, what is kept.
import { Badge, Text } from "@chakra-ui/react";

import type { DetailedModel } from "../api";
import { Facts, Fold, Json, Nothing, Section } from "./basics";
import { Rows } from "./Rows";

type Mapping = Readonly<Record<string, unknown>>;

export function Policies({ model }: { model: DetailedModel }) {
  const each = Object.entries(model.policies);
  return (
    <>
      {each.length === 0 && <Nothing>No alias has a policy: each is free to move.</Nothing>}
      {each.map(([alias, policy]) => (
        <Section key={alias} title={`To become ${alias}`}>
          <Policy policy={policy} />
        </Section>
      ))}
      {model.metadata_schema && (
        <Section title="What the metadata of a version must be">
          <Schema schema={model.metadata_schema} />
        </Section>
      )}
      {model.retention && (
        <Section title="Retention">
          <Facts facts={Object.entries(model.retention).map(([key, value]) => [words(key), told(value)])} />
        </Section>
      )}
    </>
  );
}

function Policy({ policy }: { policy: Mapping }) {
  const gates = list(policy.gates);
  const approvals = list(policy.approvals);
  const { gates: _, approvals: __, description, ...rest } = policy;
  return (
    <>
      {typeof description === "string" && <Text mb={2}>{description}</Text>}
      {gates.length > 0 && (
        <Rows
          columns={[
            { key: "gate", title: "Gate", cell: (row) => <>{String(row.name ?? subject(row))} {row.severity === "warn" && <Badge>only warns</Badge>}</> },
            { key: "asks", title: "Asks", long: true, cell: (row) => asks(row) },
          ]}
          identify={(row) => JSON.stringify(row)}
          name="Gates"
          rows={gates}
        />
      )}
      <Facts
        facts={[
          ["Approvals", approvals.map((role) => `${role.count ?? 1} of ${role.role}${people(role)}`).join(", ")],
          ...Object.entries(rest).map(([key, value]) => [words(key), told(value)] as const),
        ]}
      />
      <Fold title="As it is written">
        <Json value={policy} />
      </Fold>
    </>
  );
}

/** What a JSON Schema asks of each property, and all of it as it is written. */
function Schema({ schema }: { schema: Mapping }) {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = Object.entries(isMapping(schema.properties) ? schema.properties : {});
  return (
    <>
      {properties.length > 0 && (
        <Rows
          columns={[
            { key: "name", title: "Property", cell: ([name]) => <>{name} {required.includes(name) && <Badge>required</Badge>}</> },
            { key: "asks", title: "Is", long: true, cell: ([, rule]) => (isMapping(rule) ? told(without(rule, "description", "title")) : told(rule)) },
            { key: "description", title: "Description", long: true, cell: ([, rule]) => (isMapping(rule) ? told(rule.description ?? rule.title ?? "") : "") },
          ]}
          identify={([name]) => name}
          name="Properties of the metadata"
          rows={properties}
        />
      )}
      <Fold title="The JSON Schema">
        <Json value={schema} />
      </Fold>
    </>
  );
}

const SUBJECTS = ["metric", "check", "card", "scan", "signature", "metadata", "integrity"];
const SHOWN_ELSEWHERE = ["name", "severity", "greater_is_better"];

function subject(gate: Mapping): string {
  const found = SUBJECTS.find((name) => name in gate) ?? "gate";
  return typeof gate[found] === "string" && found !== "scan" ? `${found === "metric" ? "" : `${found} `}${gate[found]}` : found;
}

/** What a gate asks, in words: `at least 0.8, in production, in 3 windows`. */
function asks(gate: Mapping): string {
  const better = gate.greater_is_better;
  const bound = typeof gate.threshold === "number" ? [`${better ? "at least" : "at most"} ${gate.threshold}`] : [];
  const gain = (["min_absolute_change", "min_relative_change"] as const).flatMap((key) =>
    typeof gate[key] === "number" ? [`${better ? "greater" : "smaller"} by at least ${gate[key]}${key.includes("relative") ? " of the baseline" : ""}`] : [],
  );
  const rest = without(gate, ...SHOWN_ELSEWHERE, ...(bound.length ? ["threshold"] : []), "min_absolute_change", "min_relative_change", "metric");
  return [...bound, ...gain, told(rest)].filter(Boolean).join(", ");
}

function people(role: Mapping): string {
  const named = [...list(role.users), ...list(role.groups)].map((one) => (isMapping(one) ? one.name : one));
  return named.length ? ` (${named.join(", ")})` : "";
}

function list(value: unknown): readonly Mapping[] {
  return Array.isArray(value) ? value : [];
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function without(mapping: Mapping, ...keys: readonly string[]): Mapping {
  return Object.fromEntries(Object.entries(mapping).filter(([key]) => !keys.includes(key)));
}

function words(key: string): string {
  const spaced = key.replace(/_/g, " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

function told(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  if (Array.isArray(value)) return value.map(told).join(", ");
  if (isMapping(value)) return Object.entries(value).map(([key, one]) => (one === true ? key.replace(/_/g, " ") : `${key.replace(/_/g, " ")} ${told(one)}`)).join(", ");
  return value === null || value === undefined ? "" : String(value);
}

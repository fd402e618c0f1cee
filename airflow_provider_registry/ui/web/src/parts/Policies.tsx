// What a model asks: the policy of each alias, what its metadata must be, what is kept.
import { Badge, Box, Text } from "@chakra-ui/react";

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
          <Policy gates={model.gates[alias] ?? []} policy={policy} />
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

function Policy({ policy, gates }: { policy: Mapping; gates: DetailedModel["gates"][string] }) {
  const approvals = list(policy.approvals);
  const { gates: _, approvals: __, description, ...rest } = policy;
  return (
    <>
      {typeof description === "string" && <Text mb={2}>{description}</Text>}
      <Box as="ul" listStyleType="disc" mb={2} ps={5}>
        {gates.map((gate) => (
          <li key={gate.text}>
            {gate.text} {gate.severity === "warning" && <Badge>only warns</Badge>}
          </li>
        ))}
      </Box>
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

// By how much a value changed, and whether that is better, where a gate says which way is.
import { Text } from "@chakra-ui/react";

import type { Compared, DetailedModel } from "../api";
import { change } from "./words";

export type Better = ReadonlyMap<string, boolean>;

/** Of each metric that a gate of the model compares, whether greater is better. */
export function betterOf(model: DetailedModel | undefined): Better {
  const gates = Object.values(model?.policies ?? {}).flatMap((policy) => (Array.isArray(policy.gates) ? policy.gates : []));
  return new Map(gates.filter((gate) => typeof gate.greater_is_better === "boolean").map((gate) => [gate.metric, gate.greater_is_better]));
}

export function Change({ row, better }: { row: Compared; better: Better }) {
  if (!row.change) return null;
  // Wherever it was measured: `auc[phase=training]`.
  const greater = row.aspect === "metric" ? better.get(row.name.replace(/\[.*\]$/, "")) : undefined;
  const good = greater === undefined ? undefined : row.change > 0 === greater;
  return (
    <Text as="span" color={good === undefined ? undefined : good ? "fg.success" : "fg.error"} whiteSpace="nowrap">
      {row.change > 0 ? "▲" : "▼"} {change(row.change)}
      {good === undefined ? "" : good ? ", better" : ", worse"}
    </Text>
  );
}

// Numbers, times and sizes as people read them.
import type { RegistryEvent } from "../api";

const AGES: [number, string][] = [
  [31_536_000, "y"],
  [2_592_000, "mo"],
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
];

/** How long ago: `3 d`. */
export function age(at: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(at)) / 1000);
  const found = AGES.find(([length]) => seconds >= length);
  return found === undefined ? "just now" : `${Math.floor(seconds / found[0])} ${found[1]}`;
}

export function moment(at: string | null | undefined): string {
  return at ? `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC` : "";
}

/** Enough digits to tell numbers apart, and no more. */
export function number(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en") : String(Number(value.toPrecision(5)));
}

export function change(value: number): string {
  return `${value > 0 ? "+" : ""}${number(value)}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

export function size(bytes: number): string {
  const power = Math.min(bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0, UNITS.length - 1);
  return `${number(Number((bytes / 1000 ** power).toPrecision(3)))} ${UNITS[power]}`;
}

export function where(metric: { name: string; phase: string; dataset: string; slice: string }): string {
  const parts = [metric.phase === "validation" ? "" : metric.phase, metric.dataset, metric.slice].filter(Boolean);
  return parts.length ? `${metric.name} (${parts.join(", ")})` : metric.name;
}

/** A value of a comparison; a dash where that version has none. */
export function told(value: string | number | null): string {
  return value === null ? "–" : typeof value === "number" ? number(value) : value;
}

// All of them, or what has a type that is missing here does not compile.
const TYPES: Record<RegistryEvent["type"], true> = {
  "model.created": true,
  "model.updated": true,
  "model.renamed": true,
  "version.registered": true,
  "version.tagged": true,
  "version.untagged": true,
  "version.described": true,
  "version.validated": true,
  "version.checked": true,
  "version.measured": true,
  "version.feedback_recorded": true,
  "version.feedback_erased": true,
  "version.profiled": true,
  "version.card_set": true,
  "version.scanned": true,
  "version.signed": true,
  "version.archived": true,
  "version.restored": true,
  "version.purged": true,
  "alias.promoted": true,
  "alias.confirmed": true,
  "alias.rolled_back": true,
  "alias.cleared": true,
  "alias.overridden": true,
  "alias.reviewed": true,
  "alias.routed": true,
  "alias.route_ended": true,
  "deployment.recorded": true,
  "request.opened": true,
  "request.decided": true,
  "request.decision_refused": true,
  "request.withdrawn": true,
  "policy.set": true,
  "policy.removed": true,
  "retention.set": true,
  "webhooks.set": true,
  "event.erased": true,
};
export const EVENT_TYPES = Object.keys(TYPES) as RegistryEvent["type"][];

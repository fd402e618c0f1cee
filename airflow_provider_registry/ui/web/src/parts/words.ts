// Numbers, times and sizes as people read them.

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

// What the REST API answers, and how it is asked.
import { useCallback, useEffect, useState } from "react";

import type { components } from "./schema";

type Schemas = components["schemas"];
export type Me = Schemas["Me"];
export type Model = Schemas["ListedModel"];
export type DetailedModel = Schemas["DetailedModel"];
export type ModelPage = Schemas["ModelPage"];
export type Holder = Schemas["Holder"];
export type Version = Schemas["Version"];
export type VersionPage = Schemas["VersionPage"];
export type Metric = Schemas["Metric"];
export type GateReport = Schemas["GateReport"];
export type Comparison = Schemas["Comparison"];
export type Compared = Schemas["Compared"];
export type PromotionRequest = Schemas["Request"];
export type RegistryEvent = Schemas["Event"];
export type Events = Schemas["Events"];
export type Verification = Schemas["Verification"];

type Parameters = Record<string, string | number | readonly string[] | undefined>;

/** What the API said that went wrong: problem details (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** Where a route is, under whatever path Airflow itself is. */
export function url(route: string, parameters: Parameters = {}): string {
  const root = new URL(document.baseURI).pathname.replace(/\/$/, "");
  const said = Object.entries(parameters).flatMap(([name, value]) => [value ?? ""].flat().map((one) => [name, String(one)]));
  const query = new URLSearchParams(said.filter(([, value]) => value !== "")).toString();
  return `${root}/model-registry/api/v1/${route}${query && `?${query}`}`;
}

async function ask<T>(address: string, options: RequestInit): Promise<T> {
  const answer = await fetch(address, { credentials: "same-origin", ...options });
  if (answer.ok) return (await answer.json()) as T;
  const told = await answer.json().catch(() => ({}));
  throw new Problem(answer.status, told.type ?? "about:blank", told.detail || `${answer.status} ${answer.statusText}`);
}

export function get<T>(route: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  return ask<T>(url(route, parameters), { signal });
}

/** Do something once, however often the request is sent. */
export function post<T>(route: string, parameters: Parameters, body: object): Promise<T> {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID?.() ?? `${Math.random()}` };
  return ask<T>(url(route, parameters), { method: "POST", headers, body: JSON.stringify(body) });
}

export interface Asked<T> {
  readonly data?: T;
  readonly problem?: Problem;
  readonly again: () => void;
}

/** The answer of a route; asked again when its parameters change. `route` is null where there is nothing to ask yet. */
export function useAnswer<T>(route: string | null, parameters: Parameters = {}): Asked<T> {
  const key = route === null ? null : url(route, parameters);
  const [turn, setTurn] = useState(0);
  const [said, setSaid] = useState<{ key: string; data?: T; problem?: Problem }>();
  useEffect(() => {
    if (key === null) return undefined;
    const left = new AbortController();
    ask<T>(key, { signal: left.signal }).then(
      (data) => setSaid({ key, data }),
      (problem) => left.signal.aborted || setSaid({ key, problem: asProblem(problem) }),
    );
    return () => left.abort();
  }, [key, turn]);
  const again = useCallback(() => setTurn((now) => now + 1), []);
  return said !== undefined && said.key === key ? { data: said.data, problem: said.problem, again } : { again };
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, "about:blank", String(error));
}

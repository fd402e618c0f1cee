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
export type DetailedVersion = Schemas["DetailedVersion"];
export type Files = Schemas["Files"];
export type Series = Schemas["Series"];
export type Completions = Schemas["Completions"];
export type VersionPage = Schemas["VersionPage"];
export type Metric = Schemas["Metric"];
export type GateReport = Schemas["GateReport"];
export type Comparison = Schemas["Comparison"];
export type Compared = Schemas["Compared"];
export type PromotionRequest = Schemas["Request"];
export type RegistryEvent = Schemas["Event"];
export type Events = Schemas["Events"];
export type Verification = Schemas["Verification"];

export type Parameters = Record<string, string | number | boolean | readonly string[] | undefined>;

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

/** The path under which Airflow itself is. */
function root(): string {
  return new URL(document.baseURI).pathname.replace(/\/$/, "");
}

/** Where a route is. */
export function url(route: string, parameters: Parameters = {}): string {
  const said = Object.entries(parameters).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, String(one)]));
  const query = new URLSearchParams(said).toString();
  return `${root()}/model-registry/api/v1/${route}${query && `?${query}`}`;
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

/** What Airflow's own API answers; undefined until it does, and where it does not. */
export function useAirflow<T>(route: string): T | undefined {
  const [said, setSaid] = useState<T>();
  useEffect(() => {
    const left = new AbortController();
    ask<T>(`${root()}/api/v2/${route}`, { signal: left.signal }).then(setSaid, () => undefined);
    return () => left.abort();
  }, [route]);
  return said;
}

export interface Paged<T> {
  /** Each as it came, so that what is shown of one need not be made again. */
  readonly pages: readonly (readonly T[])[];
  readonly problem?: Problem;
  readonly busy: boolean;
  /** Fetches the next page; undefined where there is none. */
  readonly more?: () => void;
  readonly again: () => void;
}

/**
 * The answers of a route, page after page; from the beginning when its parameters change.
 *
 * @param read what a page has, and the parameters that give the next one.
 */
export function usePages<A, T>(
  route: string,
  parameters: Parameters,
  read: (answer: A) => readonly [readonly T[], Parameters | null],
): Paged<T> {
  const key = url(route, parameters);
  const [turn, setTurn] = useState(0);
  const [said, setSaid] = useState<{ key: string; pages: readonly (readonly T[])[]; next: Parameters | null; problem?: Problem }>();
  const [asked, setAsked] = useState<Parameters | null>({});
  const fresh = said !== undefined && said.key === key;
  const next = fresh ? asked : {};
  useEffect(() => {
    if (next === null) return undefined;
    const left = new AbortController();
    const before = Object.keys(next).length === 0 ? [] : (said?.pages ?? []);
    get<A>(route, { ...parameters, ...next }, left.signal).then(
      (answer) => {
        const [rows, following] = read(answer);
        setSaid({ key, pages: [...before, rows], next: following });
        setAsked(null);
      },
      (error) => {
        if (left.signal.aborted) return;
        setSaid({ key, pages: before, next: null, problem: asProblem(error) });
        setAsked(null);
      },
    );
    return () => left.abort();
  }, [key, turn, JSON.stringify(next)]);
  const following = fresh ? said.next : null;
  return {
    pages: fresh ? said.pages : [],
    problem: fresh ? said.problem : undefined,
    busy: !fresh || asked !== null,
    more: following === null ? undefined : () => setAsked(following),
    again: () => {
      setAsked({});
      setTurn((now) => now + 1);
    },
  };
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, "about:blank", String(error));
}

// The addresses of the pages, which stay as they are: `plugin/models?registry=…&model=…&version=…`, `&request=…`,
// `&compare=…`, `&tab=…`.
import { useCallback } from "react";
import { useSearchParams } from "react-router-dom";

export interface Place {
  readonly registry: string;
  readonly model?: string;
  readonly version?: string;
  readonly compare?: string;
  readonly request?: string;
  readonly tab?: string;
  readonly filter?: string;
}

const DEFAULT = "model_registry_default";
const NAMES = ["model", "version", "compare", "request", "tab", "filter"] as const;

/** Where we are, and how to go elsewhere within the registry. */
export function usePlace(): [Place, (to: Omit<Place, "registry">) => void] {
  const [found, set] = useSearchParams();
  const registry = found.get("registry") ?? DEFAULT;
  const place: Place = {
    registry,
    ...Object.fromEntries(NAMES.flatMap((name) => (found.get(name) === null ? [] : [[name, found.get(name)]]))),
  };
  const go = useCallback(
    (to: Omit<Place, "registry">) => set(query(registry, to)),
    [registry, set],
  );
  return [place, go];
}

/** The part of an address behind the question mark. */
export function query(registry: string, to: Omit<Place, "registry">): Record<string, string> {
  const said = NAMES.flatMap((name) => (to[name] ? [[name, to[name]]] : []));
  return { registry, ...Object.fromEntries(said) };
}

/**
 * Have the address say what is shown, without going there: Airflow makes the whole page anew wherever one goes, and
 * whoever types would be interrupted.
 */
export function noteAddress(registry: string, to: Omit<Place, "registry">): void {
  history.replaceState(history.state, "", `${location.pathname}?${new URLSearchParams(query(registry, to))}`);
}

export function href(registry: string, to: Omit<Place, "registry">): string {
  return `plugin/models?${new URLSearchParams(query(registry, to))}`;
}

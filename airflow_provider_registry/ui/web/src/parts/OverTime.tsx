// What was measured of versions in production, over time.
import { Box, NativeSelect } from "@chakra-ui/react";
import { useState } from "react";

import { usePlace } from "../address";
import { type Holder, type Series, useAnswer } from "../api";
import { Failed, Section } from "./basics";
import { Below, Grid, HEIGHT, LEFT, path, scaleOf, WIDTH } from "./plot";
import { moment, number, where } from "./words";

const POINTS = 200;
const PHASE = "production";

/** Of one version; or of those that hold an alias, one at a time. Nothing where nothing was recorded. */
export function OverTime({ model, holders, version }: { model: string; holders?: readonly Holder[]; version?: number }) {
  const [{ registry }] = usePlace();
  const known = [...new Set(holders?.map((one) => one.version) ?? [version])].filter((one) => one !== undefined);
  const [chosen, setChosen] = useState<number>();
  const shown = chosen !== undefined && known.includes(chosen) ? chosen : known[0];
  const reference = `models:/${model}/${shown}`;
  const asked = useAnswer<Series[]>(shown === undefined ? null : "version/metrics", { registry, reference, phase: PHASE, points: POINTS });
  if (shown === undefined || (asked.data?.length === 0 && known.length === 1)) return null;
  return (
    <Section title="In production, over time">
      {known.length > 1 && (
        <NativeSelect.Root maxW="20rem" mb={2} size="sm">
          <NativeSelect.Field aria-label="Version" onChange={(event) => setChosen(Number(event.currentTarget.value))} value={shown}>
            {known.map((one) => (
              <option key={one} value={one}>
                {`version ${one}: ${holders?.filter((held) => held.version === one).map((held) => held.alias).join(", ")}`}
              </option>
            ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      )}
      {asked.problem && <Failed problem={asked.problem} />}
      {asked.data && (asked.data.length ? <Plot series={asked.data} /> : "Nothing was recorded of it.")}
    </Section>
  );
}

function Plot({ series }: { series: readonly Series[] }) {
  const [chosen, setChosen] = useState(0);
  const one = series[chosen] ?? series[0];
  const spans = one?.spans ?? [];
  if (one === undefined || spans.length === 0) return null;
  const scale = scaleOf(spans.flatMap((span) => [span.minimum, span.maximum]));
  const begin = Date.parse(spans[0]?.window_from ?? "");
  const end = Date.parse(spans[spans.length - 1]?.window_to ?? "");
  const x = (from: string, to: string) => LEFT + 10 + ((WIDTH - LEFT - 20) * ((Date.parse(from) + Date.parse(to)) / 2 - begin)) / (end - begin || 1);
  const at = spans.map((span) => x(span.window_from, span.window_to));
  const edge = (of: "minimum" | "maximum") => spans.map((span, place) => [at[place] ?? 0, scale.y(span[of])] as const);
  const told = where({ ...one, phase: "" });
  return (
    <>
      <NativeSelect.Root maxW="20rem" mb={2} size="sm">
        <NativeSelect.Field aria-label="Metric in production" onChange={(event) => setChosen(Number(event.currentTarget.value))} value={chosen}>
          {series.map((each, place) => (
            <option key={where(each)} value={place}>
              {where({ ...each, phase: "" })}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
      <Box aria-label="Metric over time" overflowX="auto" role="region" tabIndex={0}>
        <svg
          aria-label={`${told} from ${moment(spans[0]?.window_from)} to ${moment(spans[spans.length - 1]?.window_to)}, from ${number(scale.least)} to ${number(scale.greatest)}`}
          role="img"
          style={{ minWidth: "40rem", width: "100%" }}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        >
          <Grid scale={scale} />
          <path d={`${path([...edge("maximum"), ...edge("minimum").reverse()])}Z`} fill="var(--chakra-colors-blue-subtle)" />
          <path
            d={path(spans.map((span, place) => [at[place] ?? 0, scale.y(span.mean)]))}
            fill="none"
            stroke="var(--chakra-colors-blue-solid)"
            strokeWidth={2}
          />
          {spans.map((span, place) => (
            <circle cx={at[place]} cy={scale.y(span.mean)} fill="var(--chakra-colors-blue-solid)" key={span.window_from} r={spans.length > 60 ? 2 : 4}>
              <title>{`${moment(span.window_from)} to ${moment(span.window_to)}: ${number(span.mean)}${span.count > 1 ? ` (${span.count} values, ${number(span.minimum)} to ${number(span.maximum)})` : ""}`}</title>
            </circle>
          ))}
          <Below anchor="start" x={LEFT}>
            {moment(spans[0]?.window_from)}
          </Below>
          <Below anchor="end" x={WIDTH}>
            {moment(spans[spans.length - 1]?.window_to)}
          </Below>
        </svg>
      </Box>
    </>
  );
}

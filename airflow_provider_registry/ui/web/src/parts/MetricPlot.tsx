// A metric across versions, with the versions that hold an alias, and those that held one before, marked.
import { Box, NativeSelect, Text } from "@chakra-ui/react";
import { useState } from "react";

import type { Holder, Version } from "../api";
import { Below, Grid, HEIGHT, LEFT, path, scaleOf, WIDTH } from "./plot";
import { moment, number, where } from "./words";

export function MetricPlot({ versions, history }: { versions: readonly Version[]; history: readonly Holder[] }) {
  const names = [...new Set(versions.flatMap((version) => version.metrics.map(where)))].sort();
  const [chosen, setChosen] = useState<string>();
  const name = chosen !== undefined && names.includes(chosen) ? chosen : names[0];
  if (name === undefined) return <Text color="fg.muted">None of them has a metric.</Text>;
  const points = [...versions]
    .sort((one, other) => one.version - other.version)
    .flatMap((version) => version.metrics.filter((metric) => where(metric) === name).map((metric) => ({ version, value: metric.value })));
  const scale = scaleOf(points.map((point) => point.value));
  const x = (place: number) => LEFT + ((WIDTH - LEFT - 20) * (place + 0.5)) / points.length;
  const every = Math.ceil(points.length / 20);
  return (
    <Box>
      <NativeSelect.Root maxW="20rem" mb={2} size="sm">
        <NativeSelect.Field aria-label="Metric" onChange={(event) => setChosen(event.currentTarget.value)} value={name}>
          {names.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
      <Box aria-label="Metric across versions" overflowX="auto" role="region" tabIndex={0}>
        <svg
          aria-label={`${name} across ${points.length} versions, from ${number(scale.least)} to ${number(scale.greatest)}`}
          role="img"
          style={{ minWidth: "40rem", width: "100%" }}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        >
          <Grid scale={scale} />
          <path d={path(points.map(({ value }, place) => [x(place), scale.y(value)]))} fill="none" stroke="var(--chakra-colors-blue-solid)" strokeWidth={2} />
          {points.map(({ version, value }, place) => (
            <g key={version.version}>
              <Point held={history.filter((one) => one.version === version.version)} value={value} version={version} x={x(place)} y={scale.y(value)} />
              {place % every === 0 && <Below x={x(place)}>{version.version}</Below>}
            </g>
          ))}
        </svg>
      </Box>
      <Text color="fg.muted" fontSize="sm">
        A full dot holds an alias now, a ring held one before; point at one to see when.
      </Text>
    </Box>
  );
}

function Point({ version, value, held, x, y }: { version: Version; value: number; held: readonly Holder[]; x: number; y: number }) {
  const live = version.aliases.length > 0;
  const moves = held.map((one) => `${one.alias} from ${moment(one.from_at)}${one.to_at ? ` to ${moment(one.to_at)}` : ""}`);
  return (
    <>
      <circle
        cx={x}
        cy={y}
        fill={live ? "var(--chakra-colors-orange-solid)" : held.length ? "var(--chakra-colors-bg)" : "var(--chakra-colors-blue-solid)"}
        r={live || held.length ? 6 : 4}
        stroke={held.length ? "var(--chakra-colors-orange-solid)" : "none"}
        strokeWidth={2}
      >
        <title>{[`version ${version.version}: ${number(value)}`, ...moves].join("\n")}</title>
      </circle>
      {live && (
        <text fill="var(--chakra-colors-fg)" fontSize={12} textAnchor="middle" x={x} y={y - 9}>
          {version.aliases.join(", ")}
        </text>
      )}
    </>
  );
}

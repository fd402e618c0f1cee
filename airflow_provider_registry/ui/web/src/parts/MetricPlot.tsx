// A metric across versions, with the versions that hold an alias marked.
import { Box, NativeSelect } from "@chakra-ui/react";
import { useState } from "react";

import type { Version } from "../api";
import { number, where } from "./words";

const WIDTH = 1000;
const HEIGHT = 220;
const LEFT = 70;
const BELOW = 26;

export function MetricPlot({ versions }: { versions: readonly Version[] }) {
  const names = [...new Set(versions.flatMap((version) => version.metrics.map(where)))].sort();
  const [chosen, setChosen] = useState<string>();
  const name = chosen ?? names[0];
  if (name === undefined) return null;
  const points = [...versions]
    .reverse()
    .flatMap((version) =>
      version.metrics.filter((metric) => where(metric) === name).map((metric) => ({ version, value: metric.value })),
    );
  const values = points.map((point) => point.value);
  const least = Math.min(...values);
  const range = Math.max(...values) - least || Math.abs(least) || 1;
  const x = (place: number) => LEFT + ((WIDTH - LEFT - 20) * (place + 0.5)) / points.length;
  const y = (value: number) => 14 + (HEIGHT - BELOW - 28) * (1 - (value - least) / range);
  const line = points.map((point, place) => `${place ? "L" : "M"}${x(place)},${y(point.value)}`).join("");
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
          aria-label={`${name} across ${points.length} versions, from ${number(least)} to ${number(Math.max(...values))}`}
          role="img"
          style={{ minWidth: "40rem", width: "100%" }}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        >
          {[least, least + range / 2, least + range].map((value) => (
            <g key={value}>
              <line stroke="var(--chakra-colors-border)" x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} />
              <text fill="var(--chakra-colors-fg-muted)" fontSize={12} textAnchor="end" x={LEFT - 8} y={y(value) + 4}>
                {number(value)}
              </text>
            </g>
          ))}
          <path d={line} fill="none" stroke="var(--chakra-colors-blue-solid)" strokeWidth={2} />
          {points.map(({ version, value }, place) => (
            <g key={version.version}>
              <title>{`version ${version.version}: ${number(value)}`}</title>
              <circle
                cx={x(place)}
                cy={y(value)}
                fill={version.aliases.length ? "var(--chakra-colors-orange-solid)" : "var(--chakra-colors-blue-solid)"}
                r={version.aliases.length ? 6 : 4}
              />
              {version.aliases.length > 0 && (
                <text fill="var(--chakra-colors-fg)" fontSize={12} textAnchor="middle" x={x(place)} y={y(value) - 9}>
                  {version.aliases.join(", ")}
                </text>
              )}
              {place % every === 0 && (
                <text
                  fill="var(--chakra-colors-fg-muted)"
                  fontSize={12}
                  textAnchor="middle"
                  x={x(place)}
                  y={HEIGHT - 6}
                >
                  {version.version}
                </text>
              )}
            </g>
          ))}
        </svg>
      </Box>
    </Box>
  );
}

// What plots share: how values and times are laid out, and the lines behind them.
import { number } from "./words";

export const WIDTH = 1000;
export const HEIGHT = 220;
export const LEFT = 70;
export const BELOW = 26;
const ABOVE = 26;

export interface Scale {
  readonly least: number;
  readonly greatest: number;
  readonly y: (value: number) => number;
}

/** Where values stand, from the least at the bottom to the greatest at the top. */
export function scaleOf(values: readonly number[]): Scale {
  const least = values.reduce((one, other) => Math.min(one, other), Infinity);
  const most = values.reduce((one, other) => Math.max(one, other), -Infinity);
  const range = most - least || Math.abs(least) || 1;
  return { least, greatest: least + range, y: (value) => ABOVE + (HEIGHT - BELOW - 2 * ABOVE) * (1 - (value - least) / range) };
}

export function Grid({ scale }: { scale: Scale }) {
  return [scale.least, (scale.least + scale.greatest) / 2, scale.greatest].map((value) => (
    <g key={value}>
      <line stroke="var(--chakra-colors-border)" x1={LEFT} x2={WIDTH} y1={scale.y(value)} y2={scale.y(value)} />
      <text fill="var(--chakra-colors-fg-muted)" fontSize={12} textAnchor="end" x={LEFT - 8} y={scale.y(value) + 4}>
        {number(value)}
      </text>
    </g>
  ));
}

export function Below({ x, children, anchor = "middle" }: { x: number; children: string | number; anchor?: "start" | "middle" | "end" }) {
  return (
    <text fill="var(--chakra-colors-fg-muted)" fontSize={12} textAnchor={anchor} x={x} y={HEIGHT - 6}>
      {children}
    </text>
  );
}

export function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], place) => `${place ? "L" : "M"}${x},${y}`).join("");
}

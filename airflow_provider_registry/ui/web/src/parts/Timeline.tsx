// Which version held which alias when, as a picture: a row for each alias, a bar for each time that a version held it.
import { Box, Text } from "@chakra-ui/react";
import { useState } from "react";

import type { Holder } from "../api";
import { moment } from "./words";

const WIDTH = 1000;
const ROW = 34;
const LEFT = 130;
const TOP = 24;
const TONES = ["blue", "teal", "purple", "orange", "pink", "cyan"];

export function Timeline({ history }: { history: readonly Holder[] }) {
  const [shown, setShown] = useState<Holder>();
  const aliases = [...new Set(history.map((one) => one.alias))];
  const now = Date.now();
  const begin = Math.min(...history.map((one) => Date.parse(one.from_at)));
  const span = Math.max(now - begin, 1);
  const x = (at: string | null) => LEFT + ((WIDTH - LEFT) * ((at ? Date.parse(at) : now) - begin)) / span;
  const height = TOP + aliases.length * ROW;
  return (
    <Box>
      <Box aria-label="Aliases over time" overflowX="auto" role="region" tabIndex={0}>
        <svg
          aria-label={`Which version held which alias, from ${moment(history[0]?.from_at)} until now`}
          role="group"
          style={{ minWidth: "40rem", width: "100%" }}
          viewBox={`0 0 ${WIDTH} ${height}`}
        >
          <text className="axis" fill="var(--chakra-colors-fg-muted)" fontSize={12} x={LEFT} y={14}>
            {moment(new Date(begin).toISOString())}
          </text>
          <text fill="var(--chakra-colors-fg-muted)" fontSize={12} textAnchor="end" x={WIDTH} y={14}>
            now
          </text>
          {aliases.map((alias, row) => (
            <text fill="var(--chakra-colors-fg)" fontSize={13} key={alias} x={0} y={TOP + row * ROW + 19}>
              {alias.length > 16 ? `${alias.slice(0, 15)}…` : alias}
            </text>
          ))}
          {history.map((one) => {
            const left = x(one.from_at);
            const width = Math.max(x(one.to_at) - left, 3);
            const tone = TONES[one.version % TONES.length];
            const y = TOP + aliases.indexOf(one.alias) * ROW;
            const told = sentence(one);
            return (
              <g
                aria-label={told}
                key={`${one.alias}-${one.event}`}
                onBlur={() => setShown(undefined)}
                onFocus={() => setShown(one)}
                onMouseEnter={() => setShown(one)}
                role="img"
                tabIndex={0}
              >
                <title>{told}</title>
                <rect
                  fill={`var(--chakra-colors-${tone}-${one.to_at === null ? "solid" : "muted"})`}
                  height={ROW - 8}
                  rx={3}
                  width={width}
                  x={left}
                  y={y + 2}
                />
                {width > 24 && (
                  <text
                    fill={`var(--chakra-colors-${tone}-${one.to_at === null ? "contrast" : "fg"})`}
                    fontSize={12}
                    pointerEvents="none"
                    textAnchor="middle"
                    x={left + width / 2}
                    y={y + 19}
                  >
                    {one.version}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      </Box>
      <Text color="fg.muted" fontSize="sm" minH="1.5em">
        {shown ? sentence(shown) : "A bar is the time in which a version held the alias; point at one to see who let it in."}
      </Text>
    </Box>
  );
}

const ACTS: Record<string, string> = {
  "alias.promoted": "promoted",
  "alias.overridden": "put there past its policy",
  "alias.rolled_back": "rolled back to",
};

function sentence(one: Holder): string {
  const until = one.to_at === null ? "until now" : `until ${moment(one.to_at)}`;
  const why = one.reason ? `: ${one.reason}` : "";
  const request = one.request === null ? "" : `, by request ${one.request}`;
  return `Version ${one.version} held ${one.alias} from ${moment(one.from_at)} ${until}; ${ACTS[one.act] ?? one.act} by ${one.by}${request}${why}`;
}

// All models: what waits for people first, then the models, found as one types.
import { Badge, Box, Text } from "@chakra-ui/react";
import { useState } from "react";

import { noteAddress, usePlace } from "../address";
import { type Holder, type Model, type ModelPage, type Paged, type PromotionRequest, useAnswer, usePages } from "../api";
import { Failed, NoFilterYet, Nothing, Section, State, To, VersionLink } from "../parts/basics";
import { FilterBox } from "../parts/FilterBox";
import { RequestRows, waitsForMe } from "../parts/RequestRows";
import { type Column, More, Rows } from "../parts/Rows";
import { age } from "../parts/words";

const PAGE = 50;
const WAITING = ["open", "approved"];

export function ModelList({ rights }: { rights: readonly string[] }) {
  const [place] = usePlace();
  const [filter, setFilter] = useState(place.filter ?? "");
  const waiting = useAnswer<PromotionRequest[]>("requests", { registry: place.registry, state: WAITING });
  const find = (to: string) => {
    setFilter(to);
    noteAddress(place.registry, { filter: to });
  };
  return (
    <>
      {waiting.problem && <Failed problem={waiting.problem} />}
      {waiting.data !== undefined && waiting.data.length > 0 && <Waiting requests={waiting.data} rights={rights} />}
      <Box mt={4}>
        <FilterBox
          label="Find models"
          of="models"
          onChange={find}
          placeholder="Part of a name, or a filter: team = 'growth' and alias = 'production'"
          value={filter}
        />
        <Found filter={asFilter(filter)} />
      </Box>
    </>
  );
}

function Waiting({ requests, rights }: { requests: readonly PromotionRequest[]; rights: readonly string[] }) {
  const mine = requests.filter((request) => waitsForMe(request, rights));
  const others = requests.filter((request) => !waitsForMe(request, rights));
  return (
    <>
      {mine.length > 0 && (
        <Section aside={<Badge colorPalette="orange">{mine.length}</Badge>} title="Waiting for you">
          <RequestRows requests={mine} />
        </Section>
      )}
      {others.length > 0 && (
        <Section aside={<Badge colorPalette="blue">{others.length}</Badge>} title={mine.length ? "Waiting for others" : "Waiting for people"}>
          <RequestRows requests={others} />
        </Section>
      )}
    </>
  );
}

/** What was typed, as a filter: a word is a part of a name. */
export function asFilter(typed: string): string {
  const text = typed.trim();
  if (!/^[\w./-]*$/.test(text)) return text;
  return text && `name ilike '%${text.replace(/_/g, "\\_")}%'`;
}

function Found({ filter }: { filter: string }) {
  const [{ registry }] = usePlace();
  const found: Paged<Model> = usePages("models", { registry, filter, page_size: PAGE }, (page: ModelPage) => [
    page.models,
    page.next_page_token === null ? null : { page_token: page.next_page_token },
  ]);
  if (found.problem?.kind === NoFilterYet.kind) return <NoFilterYet problem={found.problem} />;
  if (!found.busy && !found.problem && found.pages.every((page) => page.length === 0)) {
    return <Nothing>{filter ? "No model is like that." : "There are no models yet: a Dag registers the first version."}</Nothing>;
  }
  return (
    <>
      {found.pages.length > 0 && <Rows columns={COLUMNS} identify={(row) => row.name} name="Models" pages={found.pages} />}
      <More of={found} what="models" />
    </>
  );
}

const COLUMNS: readonly Column<Model>[] = [
  { key: "name", title: "Model", width: "28%", cell: (row) => <To model={row.name}>{row.name}</To> },
  { key: "team", title: "Team", width: "14%", cell: (row) => row.team },
  { key: "live", title: "Live", width: "28%", cell: (row) => <Live holders={row.holders ?? []} model={row.name} /> },
  { key: "latest", title: "Newest", width: "8%", numeric: true, cell: (row) => (row.latest_version ? <Newest model={row} /> : "") },
  { key: "gates", title: "Gates of the newest", width: "14%", cell: (row) => <Gates model={row} /> },
  { key: "age", title: "Made", width: "8%", cell: (row) => age(row.created_at) },
];

function Newest({ model }: { model: Model }) {
  return (
    <To model={model.name} version={String(model.latest_version)}>
      {model.latest_version}
    </To>
  );
}

function Gates({ model }: { model: Model }) {
  const last = model.last_gates;
  if (!last) return null;
  return (
    <>
      <State said={last.passed ? "passed" : last.errored ? "errored" : "failed"} />{" "}
      <Text as="span" color="fg.muted" fontSize="sm">
        {last.alias}
      </Text>
    </>
  );
}

function Live({ holders, model }: { holders: readonly Holder[]; model: string }) {
  return (
    <Box display="flex" flexWrap="wrap" gapX={4}>
      {holders.map((one) => (
        <Box key={one.alias}>
          {one.alias}: <VersionLink model={model} version={one.version} />{" "}
          <Text as="span" color="fg.muted" whiteSpace="nowrap">
            {age(one.from_at)}
          </Text>
          {one.overdue && (
            <Badge colorPalette="orange" ml={1}>
              review overdue
            </Badge>
          )}
        </Box>
      ))}
    </Box>
  );
}

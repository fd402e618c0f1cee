// All models: what waits for people first, then the models, found as one types.
import { Badge, Box, Button, Input, Spinner, Text } from "@chakra-ui/react";
import { useEffect, useRef, useState } from "react";

import { usePlace } from "../address";
import { asProblem, get, type Holder, type Model, type ModelPage, type Problem, type PromotionRequest, useAnswer } from "../api";
import { Failed, Nothing, Rows, Section, To, VersionLink } from "../parts/basics";
import { RequestRows } from "../parts/RequestRows";
import { age } from "../parts/words";

const PAGE = 50;
const PAUSE = 250;
const WAITING = ["open", "approved"];

export function ModelList() {
  const [place, go] = usePlace();
  const [typed, setTyped] = useState(place.filter ?? "");
  useEffect(() => {
    const wait = setTimeout(() => typed !== (place.filter ?? "") && go({ filter: typed }, true), PAUSE);
    return () => clearTimeout(wait);
  }, [typed, place.filter, go]);
  const waiting = useAnswer<PromotionRequest[]>("requests", { registry: place.registry, state: WAITING });
  return (
    <>
      {waiting.data !== undefined && waiting.data.length > 0 && (
        <Section aside={<Badge colorPalette="blue">{waiting.data.length}</Badge>} title="Waiting for people">
          <RequestRows requests={waiting.data} />
        </Section>
      )}
      <Box mt={4}>
        <Input
          aria-label="Find models"
          maxW="36rem"
          mb={1}
          onChange={(event) => setTyped(event.currentTarget.value)}
          placeholder="Part of a name, or a filter: team = 'growth' and alias = 'production'"
          value={typed}
        />
        <Found filter={asFilter(place.filter ?? "")} key={`${place.registry} ${place.filter}`} />
      </Box>
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
  const [models, setModels] = useState<Model[]>([]);
  const [token, setToken] = useState<string | null>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const end = useRef<HTMLDivElement>(null);
  const more = async (page_token?: string) => {
    setBusy(true);
    try {
      const page = await get<ModelPage>("models", { registry, filter, page_size: PAGE, page_token });
      setModels((before) => [...before, ...page.models]);
      setToken(page.next_page_token);
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  useEffect(() => void more(), []);
  useEffect(() => {
    if (!end.current || !token || busy) return undefined;
    const seen = new IntersectionObserver((entries) => entries.some((one) => one.isIntersecting) && void more(token));
    seen.observe(end.current);
    return () => seen.disconnect();
  }, [token, busy]);
  if (problem) return <Failed problem={problem} />;
  if (token === undefined) return <Spinner aria-label="Loading" my={4} />;
  if (models.length === 0) {
    return <Nothing>{filter ? "No model is like that." : "There are no models yet: a Dag registers the first version."}</Nothing>;
  }
  return (
    <>
      <Rows
        columns={[
          { key: "name", title: "Model", cell: (row) => <To model={row.name}>{row.name}</To> },
          { key: "team", title: "Team", cell: (row) => row.team },
          { key: "live", title: "Live", cell: (row) => <Live holders={row.holders ?? []} model={row.name} /> },
          { key: "latest", title: "Newest version", numeric: true, cell: (row) => row.latest_version || "" },
          { key: "age", title: "Made", cell: (row) => `${age(row.created_at)} ago`.replace("just now ago", "just now") },
        ]}
        identify={(row) => row.name}
        name="Models"
        rows={models}
      />
      <div ref={end} />
      {token !== null && (
        <Button loading={busy} my={3} onClick={() => void more(token)} size="sm" variant="outline">
          More
        </Button>
      )}
      <Text aria-live="polite" color="fg.muted" fontSize="sm">
        {models.length} {token === null ? "in all" : "so far"}
      </Text>
    </>
  );
}

function Live({ holders, model }: { holders: readonly Holder[]; model: string }) {
  return (
    <Box display="flex" flexWrap="wrap" gapX={4}>
      {holders.map((one) => (
        <Box key={one.alias} whiteSpace="nowrap">
          {one.alias}: <VersionLink model={model} version={one.version} />{" "}
          <Text as="span" color="fg.muted">
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

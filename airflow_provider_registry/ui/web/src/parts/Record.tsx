// The record of a model, as sentences, the newest first: all of it, or what concerns a version.
import { Badge, Box, Button, Code, Input, NativeSelect, Text } from "@chakra-ui/react";
import { useState } from "react";

import { usePlace } from "../address";
import { asProblem, type Events, get, type Paged, type Problem, type RegistryEvent, url, usePages, type Verification } from "../api";
import { Facts, Failed, Nothing } from "./basics";
import { More } from "./Rows";
import { EVENT_TYPES } from "./words";

const PAGE = 200;

export function Record({ model }: { model: string }) {
  const [type, setType] = useState("");
  return (
    <>
      <Verify model={model} />
      <Box display="flex" flexWrap="wrap" gap={3} mb={3}>
        <NativeSelect.Root maxW="18rem" size="sm">
          <NativeSelect.Field aria-label="Type of event" onChange={(event) => setType(event.currentTarget.value)} value={type}>
            <option value="">all events</option>
            {EVENT_TYPES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </Box>
      <EventList model={model} type={type} />
    </>
  );
}

export function EventList({ model, type, version }: { model: string; type?: string; version?: number }) {
  const [{ registry }] = usePlace();
  const [typed, setTyped] = useState("");
  const found: Paged<RegistryEvent> = usePages(
    "events",
    { registry, model, type: type || undefined, version, newest_first: true, limit: PAGE },
    (page: Events) => [page.events, page.next === null ? null : { first: page.next }],
  );
  const wanted = typed.trim().toLowerCase();
  const shown = found.pages.flat().filter((event) => `${event.type} ${event.sentence}`.toLowerCase().includes(wanted));
  return (
    <>
      <Input
        aria-label="Filter the record"
        maxW="24rem"
        mb={3}
        onChange={(event) => setTyped(event.currentTarget.value)}
        placeholder="A word of the sentences"
        size="sm"
        value={typed}
      />
      {!found.busy && shown.length === 0 && <Nothing>No event is like that{found.more ? " among the newest" : ""}.</Nothing>}
      <Box as="ol" listStyleType="none">
        {shown.map((event) => (
          <Box as="li" borderBottomWidth={1} fontVariantNumeric="tabular-nums" key={event.seq} py={1.5} wordBreak="break-word">
            {event.sentence} {!event.authenticated && event.via !== "airflow-task" && <Badge>claimed</Badge>}
          </Box>
        ))}
      </Box>
      <More of={found} what="events" />
    </>
  );
}

function Verify({ model }: { model: string }) {
  const [{ registry }] = usePlace();
  const [checked, setChecked] = useState<Verification>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setChecked(await get<Verification>("record/verification", { registry, model }));
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  return (
    <>
      <Box alignItems="center" display="flex" flexWrap="wrap" gap={3} my={3}>
        <Button loading={busy} onClick={() => void verify()} size="sm" variant="outline">
          Verify
        </Button>
        <Button asChild size="sm" variant="outline">
          <a download href={url("record/export", { registry, model })}>
            Export
          </a>
        </Button>
      </Box>
      {problem && <Failed problem={problem} />}
      {checked && (
        <Box aria-live="polite" my={3}>
          {checked.verified ? (
            <Facts facts={[["Verified", `${checked.count} events are what was written`], ["Hash of the last", <Code wordBreak="break-all">{checked.hash}</Code>]]} />
          ) : (
            <Text color="fg.error" fontWeight="bold">
              It does not verify: {checked.problem}
            </Text>
          )}
        </Box>
      )}
    </>
  );
}

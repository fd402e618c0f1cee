// The record, as sentences, the newest first.
import { Badge, Box, Input, Text } from "@chakra-ui/react";
import { useState } from "react";

import type { RegistryEvent } from "../api";
import { Nothing } from "./basics";
import { moment } from "./words";

export function EventList({ events }: { events: readonly RegistryEvent[] }) {
  const [typed, setTyped] = useState("");
  const wanted = typed.trim().toLowerCase();
  const found = [...events].reverse().filter((event) => `${event.type} ${event.sentence}`.toLowerCase().includes(wanted));
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
      {found.length === 0 && <Nothing>No event is like that.</Nothing>}
      <Box as="ol" listStyleType="none">
        {found.map((event) => (
          <Box as="li" borderBottomWidth={1} display="flex" flexWrap="wrap" gapX={3} key={event.seq} py={1.5}>
            <Text color="fg.muted" fontVariantNumeric="tabular-nums" minW="11rem">
              {moment(event.at)}
            </Text>
            <Text flex="1" minW="14rem" wordBreak="break-word">
              {event.sentence} {!event.authenticated && event.via !== "airflow-task" && <Badge>claimed</Badge>}
            </Text>
          </Box>
        ))}
      </Box>
    </>
  );
}

// A rollback, which asks for its reason first.
import { Box, Button, Input } from "@chakra-ui/react";
import { useState } from "react";

import { usePlace } from "../address";
import { asProblem, type Holder, post, type Problem } from "../api";
import { Failed } from "./basics";

export function RollBack({ holder, done }: { holder: Holder; done: () => void }) {
  const [{ registry }] = usePlace();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await post("rollbacks", { registry }, { model_name: holder.model_name, alias: holder.alias, reason });
      setAsking(false);
      done();
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  if (!asking) {
    return (
      <Button onClick={() => setAsking(true)} size="xs" variant="outline">
        Roll back
      </Button>
    );
  }
  return (
    <Box minW="18rem">
      <Box display="flex" gap={2}>
        <Input
          aria-label={`Why ${holder.alias} goes back`}
          autoFocus
          onChange={(event) => setReason(event.currentTarget.value)}
          placeholder="Why? The record keeps it."
          size="xs"
          value={reason}
        />
        <Button colorPalette="red" disabled={!reason.trim()} loading={busy} onClick={() => void act()} size="xs">
          Roll back
        </Button>
        <Button onClick={() => setAsking(false)} size="xs" variant="ghost">
          Cancel
        </Button>
      </Box>
      {problem && <Failed problem={problem} />}
    </Box>
  );
}

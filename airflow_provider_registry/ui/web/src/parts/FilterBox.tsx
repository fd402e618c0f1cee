// Where a filter is written: it takes effect as one types, and the server says how it could go on.
import { Box, Input } from "@chakra-ui/react";
import { type KeyboardEvent, useEffect, useId, useState } from "react";

import { usePlace } from "../address";
import { type Completions, useAnswer } from "../api";

const PAUSE = 250;
const KEYWORD = /[\w)'"`]$/;

interface Given {
  of: "models" | "versions";
  label: string;
  placeholder: string;
  value: string;
  onChange: (filter: string) => void;
}

export function FilterBox({ of, label, placeholder, value, onChange }: Given) {
  const [{ registry }] = usePlace();
  const id = useId();
  const [typed, setTyped] = useState(value);
  const [settled, setSettled] = useState(value);
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(-1);
  useEffect(() => {
    const wait = setTimeout(() => setSettled(typed), PAUSE);
    return () => clearTimeout(wait);
  }, [typed]);
  useEffect(() => {
    if (settled !== value) onChange(settled);
  }, [settled]);
  const asked = useAnswer<Completions>(open ? `${of}/completions` : null, { registry, text: settled });
  const words = open && settled === typed ? (asked.data?.words ?? []) : [];
  const shown = words.length > 0;
  const take = (word: string) => {
    const before = typed.slice(0, asked.data?.start ?? typed.length);
    const gap = KEYWORD.test(before) ? " " : "";
    setTyped(`${before}${gap}${word}${word.endsWith(".") ? "" : " "}`);
    setMarked(-1);
  };
  const press = (event: KeyboardEvent) => {
    const chosen = words[marked];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!open) setOpen(true);
      else if (shown) setMarked((now) => (now + (event.key === "ArrowDown" ? 1 : words.length + (now < 0 ? 1 : 0) - 1)) % words.length);
    } else if (event.key === "Enter" && chosen !== undefined) take(chosen);
    else if (event.key === "Escape" && open) setOpen(false);
    else return;
    event.preventDefault();
  };
  return (
    <Box maxW="40rem" mb={2} position="relative">
      <Input
        aria-activedescendant={shown && marked >= 0 ? `${id}-${marked}` : undefined}
        aria-autocomplete="list"
        aria-controls={shown ? id : undefined}
        aria-expanded={shown}
        aria-label={label}
        autoComplete="off"
        onBlur={() => setOpen(false)}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setMarked(-1);
          setOpen(true);
        }}
        onKeyDown={press}
        placeholder={placeholder}
        role="combobox"
        spellCheck={false}
        value={typed}
      />
      {shown && (
        <Box
          aria-label="How it could go on"
          as="ul"
          bg="bg.panel"
          borderRadius="md"
          borderWidth={1}
          id={id}
          listStyleType="none"
          maxH="16rem"
          overflowY="auto"
          position="absolute"
          role="listbox"
          shadow="md"
          width="100%"
          zIndex="dropdown"
        >
          {words.map((word, place) => (
            <Box
              aria-selected={place === marked}
              as="li"
              bg={place === marked ? "bg.emphasized" : undefined}
              cursor="pointer"
              fontFamily="mono"
              fontSize="sm"
              id={`${id}-${place}`}
              key={word}
              onMouseDown={(event) => {
                event.preventDefault(); // the text keeps the focus
                take(word);
              }}
              px={3}
              py={1}
              role="option"
            >
              {word}
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}

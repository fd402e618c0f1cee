// What every page is made of: states of loading and failing, tables, links within the registry.
import { Alert, Badge, Box, Code, Heading, Link, Spinner, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router-dom";

import { href, type Place, usePlace } from "../address";
import type { Asked, Problem, Version } from "../api";

/** The answer once it is there; until then, that it is waited for, or what went wrong. */
export function Answered<T>({ asked, children }: { asked: Asked<T>; children: (data: T) => ReactNode }) {
  if (asked.problem) return <Failed problem={asked.problem} />;
  if (asked.data === undefined) return <Spinner aria-label="Loading" my={6} />;
  return <>{children(asked.data)}</>;
}

export function Failed({ problem }: { problem: Problem }) {
  const forbidden = problem.status === 401 || problem.status === 403;
  return (
    <Alert.Root my={4} role="alert" status={forbidden ? "warning" : "error"}>
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>{forbidden ? "You may not" : "That did not work"}</Alert.Title>
        <Alert.Description whiteSpace="pre-wrap" wordBreak="break-word">
          {problem.message}
        </Alert.Description>
      </Alert.Content>
    </Alert.Root>
  );
}

/** A filter that is still being written is no failure. */
export function NoFilterYet({ problem }: { problem: Problem }) {
  return (
    <Text as="pre" aria-live="polite" color="fg.muted" fontFamily="mono" fontSize="sm" overflowX="auto" py={2} tabIndex={0} whiteSpace="pre-wrap">
      {problem.message}
    </Text>
  );
}
NoFilterYet.kind = "urn:model-registry:InvalidFilterError";

export function Section({ title, children, aside }: { title: string; children: ReactNode; aside?: ReactNode }) {
  return (
    <Box as="section" my={5}>
      <Box alignItems="center" display="flex" gap={3} mb={2}>
        <Heading as="h2" size="md">
          {title}
        </Heading>
        {aside}
      </Box>
      {children}
    </Box>
  );
}

export function Nothing({ children }: { children: ReactNode }) {
  return (
    <Text color="fg.muted" py={2}>
      {children}
    </Text>
  );
}

/** A link to another place in the registry. */
export function To({ children, ...to }: Omit<Place, "registry"> & { children: ReactNode }) {
  const [place] = usePlace();
  return (
    <Link asChild color="fg.info" textDecoration="underline" textUnderlineOffset="0.2em">
      <RouterLink to={`/${href(place.registry, to)}`}>{children}</RouterLink>
    </Link>
  );
}

export function VersionLink({ model, version }: { model: string; version: number }) {
  return (
    <To model={model} version={String(version)}>
      version {version}
    </To>
  );
}

/** Names and values, where each has one. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Box as="dl" display="grid" gap={1} gridTemplateColumns={{ base: "1fr", md: "12rem 1fr" }}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <Box key={name} display="contents">
            <Box as="dt" color="fg.muted">
              {name}
            </Box>
            <Box as="dd" minW={0} wordBreak="break-word">
              {value}
            </Box>
          </Box>
        ))}
    </Box>
  );
}

/** What a version is now: which aliases it holds, and whether it is in the archive. */
export function Aliases({ version, size }: { version: Version; size?: "md" }) {
  return (
    <>
      {version.aliases.map((alias) => (
        <Badge colorPalette={version.overdue.includes(alias) ? "orange" : "green"} key={alias} mr={1} size={size}>
          {alias}
          {version.overdue.includes(alias) && ", review overdue"}
        </Badge>
      ))}
      {version.archived_at && <Badge size={size}>{version.purged_at ? "purged" : "archived"}</Badge>}
    </>
  );
}

const COLOURS: Record<string, string> = {
  passed: "green",
  approved: "green",
  promoted: "green",
  failed: "red",
  rejected: "red",
  errored: "red",
  warned: "orange",
  open: "blue",
};

export function State({ said }: { said: string }) {
  return <Badge colorPalette={COLOURS[said] ?? "gray"}>{said}</Badge>;
}

/** Markdown that somebody wrote, which the server has made harmless HTML of. */
export function Prose({ html }: { html: string }) {
  if (!html) return null;
  return <Box className="prose" css={PROSE} dangerouslySetInnerHTML={{ __html: html }} maxW="60rem" my={2} wordBreak="break-word" />;
}

const PROSE = {
  "& p, & ul, & ol, & pre, & table, & blockquote": { marginBlock: "0.5em" },
  "& ul, & ol": { paddingInlineStart: "1.5em", listStyle: "revert" },
  "& h3, & h4, & h5, & h6": { fontWeight: "semibold", marginBlockStart: "0.8em" },
  "& em": { fontStyle: "italic" },
  "& strong": { fontWeight: "bold" },
  "& a": { color: "fg.info", textDecoration: "underline" },
  "& code, & pre": { fontFamily: "mono", fontSize: "0.9em", overflowX: "auto" },
  "& pre": { background: "bg.muted", padding: "0.75em" },
  "& blockquote": { borderInlineStartWidth: "3px", color: "fg.muted", paddingInlineStart: "1em" },
  "& th, & td": { borderWidth: "1px", paddingBlock: "0.2em", paddingInline: "0.6em", textAlign: "start" },
} as const;

export function Json({ value }: { value: unknown }) {
  return (
    <Code as="pre" display="block" maxH="30rem" overflow="auto" p={3} tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </Code>
  );
}

/** What only some want to see. */
export function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box as="details" my={2}>
      <Box as="summary" color="fg.muted" cursor="pointer" mb={2}>
        {title}
      </Box>
      {children}
    </Box>
  );
}

// What every page is made of: states of loading and failing, tables, links within the registry.
import { Alert, Badge, Box, Heading, Link, Spinner, Table, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { Link as RouterLink } from "react-router-dom";

import { href, type Place, usePlace } from "../address";
import type { Asked, Problem } from "../api";

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
    <Link asChild color="fg.info">
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

export interface Column<T> {
  readonly title: ReactNode;
  readonly key: string;
  readonly numeric?: boolean;
  readonly cell: (row: T) => ReactNode;
}

/** A table that scrolls by itself where the window is narrow. */
export function Rows<T>({
  rows,
  columns,
  name,
  identify,
}: {
  rows: readonly T[];
  columns: readonly Column<T>[];
  name: string;
  identify: (row: T) => string | number;
}) {
  return (
    <Table.ScrollArea tabIndex={0} aria-label={name} role="region">
      <Table.Root size="sm" aria-label={name}>
        <Table.Header>
          <Table.Row>
            {columns.map((column) => (
              <Table.ColumnHeader key={column.key} textAlign={column.numeric ? "end" : "start"}>
                {column.title}
              </Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {rows.map((row) => (
            <Table.Row key={identify(row)}>
              {columns.map((column) => (
                <Table.Cell
                  key={column.key}
                  fontVariantNumeric={column.numeric ? "tabular-nums" : undefined}
                  textAlign={column.numeric ? "end" : "start"}
                  verticalAlign="top"
                >
                  {column.cell(row)}
                </Table.Cell>
              ))}
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Table.ScrollArea>
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

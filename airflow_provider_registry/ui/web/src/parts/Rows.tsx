// Tables. They scroll by themselves where the window is narrow, and hold any number of rows: of those far from what is
// seen, only the height is kept.
import { Button, Box, Spinner, Table, Text } from "@chakra-ui/react";
import { memo, type ReactNode, useEffect, useRef, useState } from "react";

import type { Paged } from "../api";
import { Failed } from "./basics";

export interface Column<T> {
  readonly title: ReactNode;
  readonly key: string;
  readonly numeric?: boolean;
  /** Sentences, which are broken into lines. */
  readonly long?: boolean;
  /** Of the whole table; where one column has it, all should, so that widths stay while rows come. */
  readonly width?: string;
  readonly sort?: "ascending" | "descending" | "none";
  readonly cell: (row: T) => ReactNode;
}

interface Shape<T> {
  readonly columns: readonly Column<T>[];
  readonly identify: (row: T) => string | number;
}

const AHEAD = "1500px";
// Airflow's pages scroll within a part of the window, of which only the second knows.
const MARGINS = { rootMargin: AHEAD, scrollMargin: AHEAD };
const FEW = 50;

export function Rows<T>({ rows, pages, name, ...shape }: Shape<T> & { rows?: readonly T[]; pages?: readonly (readonly T[])[]; name: string }) {
  const fixed = shape.columns.some((column) => column.width);
  return (
    <Table.ScrollArea aria-label={name} position="relative" role="region" tabIndex={0}>
      <Table.Root aria-label={name} minW={fixed ? "52rem" : undefined} size="sm" tableLayout={fixed ? "fixed" : undefined}>
        <Table.Header>
          <Table.Row>
            {shape.columns.map((column) => (
              <Table.ColumnHeader
                aria-sort={column.sort}
                key={column.key}
                textAlign={column.numeric ? "end" : "start"}
                width={column.width}
              >
                {column.title}
              </Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        {(pages ?? [rows ?? []]).map((page, place) => (
          <Page key={place} rows={page} shape={shape} />
        ))}
      </Table.Root>
    </Table.ScrollArea>
  );
}

function Page<T>({ rows, shape }: { rows: readonly T[]; shape: Shape<T> }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [near, setNear] = useState(true);
  const height = useRef(0);
  useEffect(() => {
    const found = body.current;
    if (!found || rows.length < FEW) return undefined;
    const seen = new IntersectionObserver(
      ([entry]) => {
        if (entry === undefined) return;
        if (!entry.isIntersecting) height.current = found.offsetHeight;
        setNear(entry.isIntersecting);
      },
      MARGINS,
    );
    seen.observe(found);
    return () => seen.disconnect();
  }, [rows.length]);
  return (
    <Table.Body ref={body}>
      {near ? (
        <Kept rows={rows} shape={shape as Shape<unknown>} />
      ) : (
        <tr aria-hidden style={{ height: height.current }}>
          <td colSpan={shape.columns.length} />
        </tr>
      )}
    </Table.Body>
  );
}

const Kept = memo(
  function Kept({ rows, shape }: { rows: readonly unknown[]; shape: Shape<unknown> }) {
    return rows.map((row) => (
      <Table.Row key={shape.identify(row)}>
        {shape.columns.map((column) => (
          <Table.Cell
            key={column.key}
            fontVariantNumeric={column.numeric ? "tabular-nums" : undefined}
            maxW={column.long ? "28rem" : undefined}
            minW={column.long ? "14rem" : undefined}
            overflowWrap={column.width ? "anywhere" : undefined}
            textAlign={column.numeric ? "end" : "start"}
            verticalAlign="top"
            whiteSpace={column.long || column.width ? "normal" : undefined}
          >
            {column.cell(row)}
          </Table.Cell>
        ))}
      </Table.Row>
    ));
  },
  (before, now) => before.rows === now.rows && before.shape.columns === now.shape.columns,
);

/** What stands below rows that come page by page: the next page as one gets there, or at a press of the button. */
export function More<T>({ of, what }: { of: Paged<T>; what: string }) {
  const end = useRef<HTMLDivElement>(null);
  const more = of.busy ? undefined : of.more;
  useEffect(() => {
    if (!end.current || !more) return undefined;
    const seen = new IntersectionObserver((entries) => entries.some((one) => one.isIntersecting) && more(), MARGINS);
    seen.observe(end.current);
    return () => seen.disconnect();
  }, [more]);
  const count = of.pages.reduce((sum, page) => sum + page.length, 0);
  return (
    <Box ref={end}>
      {of.problem && <Failed problem={of.problem} />}
      {of.busy && <Spinner aria-label="Loading" my={3} />}
      {more && (
        <Button my={3} onClick={more} size="sm" variant="outline">
          More
        </Button>
      )}
      <Text aria-live="polite" color="fg.muted" fontSize="sm">
        {of.pages.length > 0 && `${count.toLocaleString("en")} ${what}${of.more ? ", and more" : ""}`}
      </Text>
    </Box>
  );
}

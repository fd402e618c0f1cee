// The versions of a model: a metric across them, over time, and all of them in a table.
import { useState } from "react";

import { usePlace } from "../address";
import { type DetailedModel, type Holder, type Paged, usePages, type Version, type VersionPage } from "../api";
import { Failed, NoFilterYet, Nothing, Section } from "./basics";
import { FilterBox } from "./FilterBox";
import { MetricPlot } from "./MetricPlot";
import { OverTime } from "./OverTime";
import { VersionRows } from "./VersionRows";

const PAGE = 100;

export function Versions({ model, history }: { model: DetailedModel; history: readonly Holder[] }) {
  const [{ registry }] = usePlace();
  const [filter, setFilter] = useState("");
  const [order, setOrder] = useState("");
  const mine = `name = '${model.name}'`;
  const found: Paged<Version> = usePages(
    "versions",
    { registry, filter: filter.trim() ? `${mine} and (${filter})` : mine, order_by: order, page_size: PAGE },
    (page: VersionPage) => [page.versions, page.next_page_token === null ? null : { page_token: page.next_page_token }],
  );
  const none = !found.busy && !found.problem && found.pages.every((page) => page.length === 0);
  if (none && !filter) return <Nothing>There are no versions yet.</Nothing>;
  const shown = found.pages.flat();
  return (
    <>
      {shown.length > 0 && (
        <Section title="Metrics across versions">
          <MetricPlot history={history} versions={shown} />
        </Section>
      )}
      <OverTime holders={model.holders ?? []} model={model.name} />
      <Section title="Versions">
        <FilterBox
          label="Find versions"
          of="versions"
          onChange={setFilter}
          placeholder="A filter: metrics.auc > 0.9 and tags.team = 'growth'"
          value={filter}
        />
        {found.problem?.kind === NoFilterYet.kind ? (
          <NoFilterYet problem={found.problem} />
        ) : found.problem && shown.length === 0 ? (
          <Failed problem={found.problem} />
        ) : none ? (
          <Nothing>No version is like that.</Nothing>
        ) : (
          <VersionRows found={found} model={model.name} onOrder={setOrder} order={order} />
        )}
      </Section>
    </>
  );
}

// A model: what its aliases point at and pointed at, its versions, its requests, its record.
import { Badge, Heading, Tabs, Text, VisuallyHidden } from "@chakra-ui/react";
import { useState } from "react";

import { noteAddress, usePlace } from "../address";
import { type DetailedModel, type Holder, type PromotionRequest, useAnswer } from "../api";
import { Answered, Nothing, Prose, Section, VersionLink } from "../parts/basics";
import { Policies } from "../parts/Policies";
import { Record } from "../parts/Record";
import { RequestRows } from "../parts/RequestRows";
import { RollBack } from "../parts/RollBack";
import { Rows } from "../parts/Rows";
import { Timeline } from "../parts/Timeline";
import { Versions } from "../parts/Versions";
import { age, moment } from "../parts/words";

export function ModelPage({ model, rights }: { model: string; rights: readonly string[] }) {
  const [place] = usePlace();
  const [tab, setTab] = useState(place.tab ?? "aliases");
  const show = (to: string) => {
    setTab(to);
    noteAddress(place.registry, { model, tab: to });
  };
  const asked = useAnswer<DetailedModel>("model", { registry: place.registry, name: model });
  const history = useAnswer<Holder[]>("model/history", { registry: place.registry, name: model });
  return (
    <Answered asked={asked}>
      {(found) => (
        <>
          <Heading as="h1" size="xl" wordBreak="break-word">
            {found.name}
          </Heading>
          <Text color="fg.muted">{[found.team, `made ${moment(found.created_at)} by ${found.created_by}`].filter(Boolean).join(" · ")}</Text>
          <Prose html={found.description_html} />
          <Tabs.Root lazyMount mt={3} onValueChange={(to) => show(to.value)} value={tab}>
            <Tabs.List flexWrap="wrap">
              {["aliases", "versions", "requests", "policies", "record"].map((each) => (
                <Tabs.Trigger key={each} textTransform="capitalize" value={each}>
                  {each}
                </Tabs.Trigger>
              ))}
            </Tabs.List>
            <Tabs.Content value="aliases">
              <Holders again={() => { asked.again(); history.again(); }} model={found} rights={rights} />
              <Section title="Who held them when">
                <Answered asked={history}>
                  {(held) => (held.length ? <Timeline history={held} /> : <Nothing>No version has held an alias yet.</Nothing>)}
                </Answered>
              </Section>
            </Tabs.Content>
            <Tabs.Content value="versions">
              <Versions history={history.data ?? []} model={found} />
            </Tabs.Content>
            <Tabs.Content value="requests">
              <Requests model={found.name} />
            </Tabs.Content>
            <Tabs.Content value="policies">
              <Policies model={found} />
            </Tabs.Content>
            <Tabs.Content value="record">
              <Record model={found.name} />
            </Tabs.Content>
          </Tabs.Root>
        </>
      )}
    </Answered>
  );
}

function Holders({ model, rights, again }: { model: DetailedModel; rights: readonly string[]; again: () => void }) {
  const holders = model.holders ?? [];
  if (holders.length === 0) return <Nothing>No alias points at a version.</Nothing>;
  return (
    <Section title="Live now">
      <Rows
        columns={[
          { key: "alias", title: "Alias", cell: (row) => <>{row.alias} {model.protected.includes(row.alias) && <Badge>protected</Badge>}</> },
          { key: "version", title: "Points at", cell: (row) => <VersionLink model={model.name} version={row.version} /> },
          { key: "for", title: "For", cell: (row) => age(row.from_at) },
          { key: "by", title: "By", cell: (row) => row.by },
          { key: "reason", title: "Reason", long: true, cell: (row) => row.reason },
          { key: "review", title: "Review", cell: (row) => row.overdue ? <Badge colorPalette="orange">overdue</Badge> : moment(row.review_due) },
          {
            key: "act", title: <VisuallyHidden>What to do</VisuallyHidden>, cell: (row) =>
              rights.includes("administer") && row.previous_version !== null && <RollBack done={again} holder={row} />,
          },
        ]}
        identify={(row) => row.alias}
        name="What the aliases point at"
        rows={holders}
      />
    </Section>
  );
}

function Requests({ model }: { model: string }) {
  const [{ registry }] = usePlace();
  const asked = useAnswer<PromotionRequest[]>("requests", { registry, model });
  return (
    <Answered asked={asked}>
      {(found) => (found.length ? <RequestRows requests={found} /> : <Nothing>Nobody has asked for a promotion yet.</Nothing>)}
    </Answered>
  );
}

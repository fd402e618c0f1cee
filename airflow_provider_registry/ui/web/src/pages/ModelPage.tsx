// A model: what its aliases point at and pointed at, its versions, its requests, its record.
import { Badge, Box, Button, Code, Heading, Tabs, Text, VisuallyHidden } from "@chakra-ui/react";
import { useState } from "react";

import { usePlace } from "../address";
import {
  asProblem, type DetailedModel, type Events, get, type Holder, type Problem, type PromotionRequest, url, useAnswer, type Verification,
  type Version, type VersionPage as Page,
} from "../api";
import { RollBack } from "../parts/RollBack";
import { Answered, Facts, Failed, Nothing, Rows, Section, VersionLink } from "../parts/basics";
import { EventList } from "../parts/EventList";
import { MetricPlot } from "../parts/MetricPlot";
import { RequestRows } from "../parts/RequestRows";
import { Timeline } from "../parts/Timeline";
import { VersionRows } from "../parts/VersionRows";
import { age, moment } from "../parts/words";

const SHOWN = 100;

export function ModelPage({ model, rights }: { model: string; rights: readonly string[] }) {
  const [place, go] = usePlace();
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
          {found.description && (
            <Text my={2} whiteSpace="pre-wrap">
              {found.description}
            </Text>
          )}
          <Tabs.Root lazyMount mt={3} onValueChange={(to) => go({ model, tab: to.value }, true)} value={place.tab ?? "aliases"}>
            <Tabs.List flexWrap="wrap">
              {["aliases", "versions", "requests", "policies", "record"].map((tab) => (
                <Tabs.Trigger key={tab} textTransform="capitalize" value={tab}>
                  {tab}
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
              <Versions model={found.name} />
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
          { key: "reason", title: "Reason", cell: (row) => row.reason },
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

function Versions({ model }: { model: string }) {
  const [{ registry }] = usePlace();
  const asked = useAnswer<Page>("versions", { registry, filter: `name = '${model}'`, page_size: SHOWN });
  return (
    <Answered asked={asked}>
      {(page) => <VersionsAndPlot model={model} more={page.next_page_token !== null} versions={page.versions} />}
    </Answered>
  );
}

function VersionsAndPlot({ versions, model, more }: { versions: readonly Version[]; model: string; more: boolean }) {
  if (versions.length === 0) return <Nothing>There are no versions yet.</Nothing>;
  return (
    <>
      <Section title="Metrics across versions">
        <MetricPlot versions={versions} />
      </Section>
      <Section title={more ? `The newest ${versions.length} versions` : "Versions"}>
        <VersionRows model={model} versions={versions} />
      </Section>
    </>
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

function Policies({ model }: { model: DetailedModel }) {
  const each = Object.entries(model.policies);
  return (
    <>
      {each.length === 0 && <Nothing>No alias has a policy: each is free to move.</Nothing>}
      {each.map(([alias, policy]) => (
        <Section key={alias} title={alias}>
          <Json value={policy} />
        </Section>
      ))}
      {model.metadata_schema && (
        <Section title="What the metadata of a version must be">
          <Json value={model.metadata_schema} />
        </Section>
      )}
      {model.retention && (
        <Section title="Retention">
          <Json value={model.retention} />
        </Section>
      )}
    </>
  );
}

function Json({ value }: { value: unknown }) {
  return (
    <Code as="pre" display="block" overflowX="auto" p={3} tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </Code>
  );
}

function Record({ model }: { model: string }) {
  const [{ registry }] = usePlace();
  const [checked, setChecked] = useState<Verification>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const asked = useAnswer<Events>("events", { registry, model, limit: 1000 });
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
            <Facts facts={[["Verified", `${checked.count} events are what was written`], ["Hash of the last", <Code>{checked.hash}</Code>]]} />
          ) : (
            <Text color="fg.error" fontWeight="bold">
              It does not verify: {checked.problem}
            </Text>
          )}
        </Box>
      )}
      <Answered asked={asked}>{(page) => <EventList events={page.events} />}</Answered>
    </>
  );
}

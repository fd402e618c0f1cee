// The Models page: one component, whose address says what it shows.
import { Box, Breadcrumb, Heading, NativeSelect } from "@chakra-ui/react";
import { Fragment, type ReactNode } from "react";

import { usePlace } from "../address";
import { type Me, useAnswer } from "../api";
import { Failed, To } from "../parts/basics";
import { ComparePage } from "./ComparePage";
import { ModelList } from "./ModelList";
import { ModelPage } from "./ModelPage";
import { RequestPage } from "./RequestPage";
import { VersionPage } from "./VersionPage";

export function ModelsPage() {
  const [place] = usePlace();
  const me = useAnswer<Me>("me");
  return (
    <Box as="main" data-testid="models" maxW="100%" overflowX="hidden" p={{ base: 3, md: 5 }}>
      <Box alignItems="center" display="flex" flexWrap="wrap" gap={4} justifyContent="space-between" mb={3}>
        <Trail />
        {me.data !== undefined && me.data.registries.length > 1 && (
          <NativeSelect.Root maxW="18rem" size="sm">
            <NativeSelect.Field
              aria-label="Registry"
              onChange={(event) => {
                const registry = event.currentTarget.value;
                globalThis.location.assign(`plugin/models?${new URLSearchParams({ registry })}`);
              }}
              value={place.registry}
            >
              {me.data.registries.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </NativeSelect.Field>
            <NativeSelect.Indicator />
          </NativeSelect.Root>
        )}
      </Box>
      {me.problem ? <Failed problem={me.problem} /> : <Shown me={me.data} />}
    </Box>
  );
}

function Shown({ me }: { me?: Me }) {
  const [place] = usePlace();
  const rights = me?.rights ?? [];
  if (place.request) return <RequestPage id={place.request} key={place.request} rights={rights} />;
  if (place.model && place.version && place.compare) {
    return <ComparePage first={place.compare} model={place.model} second={place.version} />;
  }
  if (place.model && place.version) return <VersionPage model={place.model} rights={rights} version={place.version} />;
  if (place.model) return <ModelPage key={place.model} model={place.model} rights={rights} />;
  return <ModelList key={place.registry} rights={rights} />;
}

function Trail() {
  const [place] = usePlace();
  const steps: [string, ReactNode][] = [["models", <To>Models</To>]];
  if (place.model) steps.push(["model", <To model={place.model}>{place.model}</To>]);
  if (place.request) steps.push(["request", `Request ${place.request}`]);
  else if (place.compare) steps.push(["compare", `Versions ${place.compare} and ${place.version}`]);
  else if (place.version) steps.push(["version", `Version ${place.version}`]);
  if (steps.length === 1) {
    return (
      <Heading as="h1" size="xl">
        Models
      </Heading>
    );
  }
  return (
    <Breadcrumb.Root size="lg">
      <Breadcrumb.List flexWrap="wrap">
        {steps.map(([key, step], number) => (
          <Fragment key={key}>
            {number > 0 && <Breadcrumb.Separator />}
            <Breadcrumb.Item wordBreak="break-word">{step}</Breadcrumb.Item>
          </Fragment>
        ))}
      </Breadcrumb.List>
    </Breadcrumb.Root>
  );
}

// Airflow looks for a component under the name of each entry of `react_apps`, and loads this module once for both.
import { ModelsPage } from "./pages/ModelsPage";
import { RunTab } from "./pages/RunTab";

Object.assign(globalThis, { Models: ModelsPage, "Model versions": RunTab });

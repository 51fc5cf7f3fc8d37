// Only the editor's own colours: its variables carry the light and the dark theme of Node-RED 4.1 and 5.
const css = `
.gi-dialog .gi-row { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 2px 8px; margin-bottom: 12px; }
.gi-dialog .gi-row > label, .gi-dialog .gi-row > .gi-label { flex: 0 0 200px; width: 200px; margin: 0; padding-top: 7px; line-height: 1.35; overflow-wrap: anywhere; }
.gi-dialog .gi-row > label > .fa, .gi-dialog .gi-row > .gi-label > .fa { width: 16px; text-align: center; }
.gi-dialog .gi-control { flex: 1 1 190px; min-width: 0; }
.gi-dialog .gi-control > input[type="text"], .gi-dialog .gi-control > input[type="password"], .gi-dialog .gi-control > select { width: 100%; box-sizing: border-box; }
.gi-dialog .gi-control > input.gi-short { width: 140px; max-width: 100%; }
.gi-dialog .gi-control > label.gi-check { padding-top: 6px; display: flex; gap: 8px; align-items: flex-start; width: auto; margin: 0; line-height: 1.35; }
.gi-dialog label.gi-check > input[type="checkbox"] { width: auto; margin: 2px 0 0; flex: none; }
.gi-dialog .gi-hint, .gi-dialog .gi-reason, .gi-dialog .gi-box { width: 0; min-width: 100%; box-sizing: border-box; }
.gi-dialog .gi-hint { color: var(--red-ui-primary-text-color); font-size: 0.92em; line-height: 1.4; margin-top: 3px; overflow-wrap: anywhere; }
.gi-dialog .gi-reason { color: var(--red-ui-text-color-error); font-size: 0.92em; line-height: 1.4; margin-top: 3px; }
.gi-dialog .gi-reason:empty, .gi-dialog .gi-hint:empty { display: none; }
.gi-dialog .gi-box { border: 1px solid var(--red-ui-secondary-border-color); border-radius: 4px; background: var(--red-ui-secondary-background); padding: 8px 10px; line-height: 1.5; overflow-wrap: anywhere; }
.gi-dialog .gi-box:empty { display: none; }
.gi-dialog .gi-box.gi-warning { border-left: 4px solid var(--red-ui-text-color-warning); }
.gi-dialog .gi-box.gi-wrong { border-left: 4px solid var(--red-ui-text-color-error); }
.gi-dialog .gi-warning > .fa { color: var(--red-ui-text-color-warning); }
.gi-dialog .gi-good { color: var(--red-ui-text-color-success); }
.gi-dialog .gi-bad { color: var(--red-ui-text-color-error); }
.gi-dialog .gi-code { font-family: var(--red-ui-monospace-font); font-size: 0.92em; white-space: pre-wrap; overflow-wrap: anywhere; }
.gi-dialog .red-ui-tabs { margin-bottom: 14px; }
.gi-dialog .red-ui-tabs li.red-ui-tab { max-width: none; }
.gi-dialog .gi-summary { margin: 0 0 4px; }
.gi-dialog .gi-details { display: block; opacity: 0.85; overflow-wrap: anywhere; }
.gi-dialog .gi-list { list-style: none; margin: 0; padding: 0; }
.gi-dialog .gi-list > li { display: flex; gap: 7px; padding: 1px 0; }
.gi-dialog .gi-list > li > .fa { flex: none; width: 14px; padding-top: 4px; text-align: center; }
.gi-dialog .gi-gauge { height: 8px; border-radius: 4px; background: var(--red-ui-form-input-border-color); overflow: hidden; margin: 4px 0; }
.gi-dialog .gi-gauge > div { height: 100%; background: var(--red-ui-text-color-success); }
.gi-dialog .gi-gauge.gi-full > div { background: var(--red-ui-text-color-warning); }
.gi-dialog table.gi-table { width: 100%; border-collapse: collapse; table-layout: fixed; }
.gi-dialog table.gi-table th, .gi-dialog table.gi-table td { text-align: left; vertical-align: top; padding: 3px 6px; border-bottom: 1px solid var(--red-ui-secondary-border-color); overflow-wrap: anywhere; }
.gi-picker { border: 1px solid var(--red-ui-form-input-border-color); border-radius: 4px; background: var(--red-ui-form-input-background); color: var(--red-ui-form-text-color); }
.gi-picker:focus-within { border-color: var(--red-ui-form-input-focus-color); }
.gi-picker .gi-chips { display: flex; flex-wrap: wrap; gap: 4px; margin: 0; padding: 4px; list-style: none; align-items: center; }
.gi-picker .gi-chip { display: inline-flex; align-items: center; max-width: 100%; box-sizing: border-box; border: 1px solid var(--red-ui-secondary-border-color); border-radius: 3px; background: var(--red-ui-secondary-background); color: var(--red-ui-primary-text-color); line-height: 1.5; }
.gi-picker .gi-chip > span { padding: 1px 2px 1px 6px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.gi-picker .gi-chip.gi-unknown > span { font-style: italic; }
.gi-picker button.gi-remove { border: none; background: none; color: inherit; padding: 1px 6px; cursor: pointer; line-height: 1.4; }
.gi-picker .gi-entry { flex: 1 1 140px; min-width: 0; display: flex; align-items: center; list-style: none; }
.gi-picker .gi-entry > input[type="text"] { flex: 1; min-width: 60px; border: none; box-shadow: none; background: none; margin: 0; padding: 2px 4px; height: 26px; outline: none; color: inherit; }
.gi-picker .gi-entry > button { border: none; background: none; color: var(--red-ui-primary-text-color); cursor: pointer; padding: 2px 6px; }
.gi-dialog ::placeholder { color: var(--red-ui-primary-text-color); font-style: italic; opacity: 1; }
.gi-picker .gi-entry:only-child { flex-basis: 100%; }
.gi-picker button:focus-visible { outline: 2px solid var(--red-ui-form-input-focus-color); outline-offset: -2px; }
.gi-picker .gi-options { max-height: 320px; overflow-y: auto; margin: 0; padding: 0; list-style: none; border-top: 1px solid var(--red-ui-form-input-border-color); }
.gi-picker .gi-options > li { padding: 4px 8px 4px 26px; position: relative; cursor: pointer; line-height: 1.35; overflow-wrap: anywhere; }
.gi-picker .gi-options > li.gi-group { padding: 6px 8px 2px; cursor: default; font-weight: bold; color: var(--red-ui-primary-text-color); }
.gi-picker .gi-options > li.gi-more { padding-left: 8px; cursor: default; color: var(--red-ui-primary-text-color); }
.gi-picker .gi-options > li.gi-active { background: var(--red-ui-list-item-background-hover); outline: 1px solid var(--red-ui-form-input-focus-color); outline-offset: -1px; }
.gi-picker .gi-options > li[aria-selected="true"]::before { content: "\\2713"; position: absolute; left: 9px; }
.gi-picker .gi-options small { display: block; color: var(--red-ui-primary-text-color); font-size: 0.9em; }
`;

/** Puts the dialogs' style into the page, once for all our nodes. */
export function installStyle(): void {
  if (document.getElementById("gi-style")) return;
  const style = document.createElement("style");
  style.id = "gi-style";
  style.textContent = css;
  document.head.append(style);
}

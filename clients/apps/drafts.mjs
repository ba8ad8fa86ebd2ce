// Answers of draft tools as the server gives them.
export const result = structuredContent => ({ content: [{ type: "text", text: "A draft for review." }], structuredContent });
export const refusal = error => ({ isError: true, content: [{ type: "text", text: JSON.stringify({ error }) }] });

const drafted = (tool, draft, rest = {}) => result({ draft, defaultsApplied: [], problems: [], submit: { tool, why: "It would create it." }, ...rest });

const TYPES = ["TEXT", "LOCALIZED_TEXT", "LIST", "DECIMAL", "BOOLEAN", "TIMESTAMP", "INTEGER", "LOCALIZED_LIST"];
const NAMES = ["sku", "name", "colours", "price", "discontinued", "availableFrom", "stock", "materials", "brand", "description", "categories", "weight"];

export const properties = count => Array.from({ length: count }, (_, i) => ({
  id: NAMES[i % NAMES.length].toLowerCase() + (i < NAMES.length ? "" : "_" + i),
  displayName: NAMES[i % NAMES.length].replace(/([A-Z])/g, " $1").replace(/^./, c => c.toUpperCase()),
  type: TYPES[i % TYPES.length],
}));

export const dataSource = (changes = {}, rest = {}) => drafted("create_data_source", {
  id: "erp-products", name: "ERP products", description: "Articles from the merchandise system, delivered nightly.",
  languages: ["en", "de", "sv-SE"], relatedSourceIds: ["pim-texts"], properties: properties(12), ...changes,
}, { defaultsApplied: [
  { path: "name", value: "ERP products", why: "made from the id" },
  { path: "properties[0].type", value: "TEXT", why: "TEXT where not given" },
], ...rest });

export const endpoint = (rest = {}) => drafted("create_endpoint", {
  apiVersionId: "webshop.v1", path: "products", name: "Products", cardDefinitionId: "product",
  properties: [{ identifier: "name", as: "title" }, { identifier: "price" }, { identifier: "colours" }, { identifier: "brand" }],
  facets: [{ property: "brand", size: 10, header: { en: "Brand", de: "Marke" } }],
  conditions: [{ property: "price", number: { gte: 1 } }],
}, {
  defaultsApplied: [{ path: "facets[0].size", value: 10, why: "10 where not given" }],
  preview: { count: 1204, rows: [
    { id: "10012", title: { en: "Oak desk", de: "Eichentisch" }, price: 449, colours: ["oak", "black"], brand: "Nordmark" },
    { id: "10013", title: { en: "Desk lamp", de: "Tischlampe" }, price: 39.5, colours: ["brass"], brand: "Lumen" },
    { id: "10020", title: { en: "Task chair", de: "Bürostuhl" }, price: 219, colours: ["grey", "blue", "green"], brand: "Sitwell" },
    { id: "10031", title: { en: "Filing cabinet", de: "Aktenschrank" }, price: 129, colours: ["white"], brand: "Nordmark" },
    { id: "10044", title: { en: "Desk pad", de: "Schreibunterlage" }, price: 19, colours: ["black"], brand: "Felt & Co" },
  ] },
  ...rest,
});

export const created = {
  content: [{ type: "text", text: "Created." }],
  structuredContent: {
    source: { id: "erp-products", name: "ERP products", version: 1 },
    outcome: { status: "APPLIED", version: 1, correlationId: "01JD7Q2M4T9", warnings: ["Language sv-SE is not used by any other source."],
      next: [{ tool: "import_data", arguments: { sourceId: "erp-products" }, why: "brings in the first entries" },
        { tool: "create_card_definition", arguments: { sourceIds: ["erp-products"] }, why: "turns entries into cards" }] },
  },
};

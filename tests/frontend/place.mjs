// Where the page's pure modules lie.
export const pure = (name) =>
  new URL(`../../mapgrid/frontend/static/frontend/js/pure/${name}.js`, import.meta.url).href;

// Shows the API's description with Swagger UI. Nothing is asked of another host.
"use strict";

const place = document.querySelector("[data-api-docs]");

function withCsrfToken(request) {
  const own = new URL(request.url, location.href).origin === location.origin;
  if (own && !["GET", "HEAD"].includes((request.method || "GET").toUpperCase())) {
    request.headers["X-CSRFToken"] = place.dataset.csrfToken;
  }
  return request;
}

// What is tried out asks the address that this page has, whichever one the description names for other programs.
function withoutServers(response) {
  if (response.url === new URL(place.dataset.apiDocs, location.href).href) {
    response.text = JSON.stringify({ ...JSON.parse(response.text), servers: [] });
  }
  return response;
}

// Swagger UI takes itself for the whole page: its title stands below ours, what stands before its main part has no name.
function asPartsOfThePage() {
  place.querySelector("h1.title")?.setAttribute("aria-level", "2");
  for (const [part, name] of [[".information-container", document.title], [".scheme-container", "Authorize"]]) {
    place.querySelector(part)?.setAttribute("role", "region");
    place.querySelector(part)?.setAttribute("aria-label", name);
  }
}

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.apiDocs,
  deepLinking: false, // its links stand inside of buttons
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  layout: "BaseLayout",
  onComplete: asPartsOfThePage,
  presets: [SwaggerUIBundle.presets.apis],
  requestInterceptor: withCsrfToken,
  responseInterceptor: withoutServers,
  validatorUrl: null,
});

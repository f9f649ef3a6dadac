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

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.apiDocs,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  layout: "BaseLayout",
  presets: [SwaggerUIBundle.presets.apis],
  requestInterceptor: withCsrfToken,
  validatorUrl: null,
});

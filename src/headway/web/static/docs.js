// In a file of its own, because the content security policy of /docs allows no script in the page.
"use strict";

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // The validator is a service on the internet.
  validatorUrl: null,
});

/* Touching a security key: joins the page's button to allauth's script. Nothing here is inline. */
(function () {
  "use strict";
  var button = document.getElementById("key-button");
  if (!button || !window.allauth || !window.PublicKeyCredential) { return; }
  var ids = { data: "key-data", credential: "id_credential" };
  ids[button.dataset.deed] = "key-button";
  window.allauth.webauthn.forms[button.dataset.deed + "Form"]({ ids: ids });
  button.hidden = false;
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    document.getElementById("key-failed").hidden = false;
  });
})();

// The browser is the system's Chromium; npm downloads none.
module.exports = { skipDownload: true };

// On the neutral page: forget what this browser kept for us.
try { sessionStorage.clear(); } catch { /* storage is switched off: nothing was kept */ }
try { localStorage.clear(); } catch { /* the same */ }

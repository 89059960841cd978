// Where questions pop up: within the page, so that who goes by landmarks finds them.
export const pagePopup = (): HTMLElement => document.getElementById('content') ?? document.body;

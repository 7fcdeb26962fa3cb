// The virtual world on a page of its own (`simulate --http`).
import { mount } from "./world.js";

const hour = new Date().getHours();
document.documentElement.dataset.theme = hour >= 6 && hour < 18 ? "light" : "dark";
await mount(document.querySelector("#world"));
